import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { OwnCommand } from "./own-command.ts";

/** How one client is told about Interlock: a command to run, or text to put into a file. */
export interface ClientGuide {
  readonly client: string;
  /** Whether its program was found on this machine. */
  readonly found: boolean;
  /** A shell command that does it. */
  readonly run?: string;
  /** Where the text goes, from the repository's top folder, when it is done by hand. */
  readonly file?: string;
  readonly text?: string;
}

/** Clients may wait this long for an answer, in milliseconds: waiting for work is done on the server. */
const callTimeoutMs = 600_000;

/** The line or snippet that connects each client that we know. */
export function clientGuides(own: OwnCommand, onPath: (program: string) => boolean): readonly ClientGuide[] {
  const line = [own.command, ...own.args].map(shellWord).join(" ");
  const server = { command: own.command, args: own.args };
  const atFolder = { ...server, args: [...own.args, "--root", "$" + "{workspaceFolder}"] };
  const codex = [
    "[mcp_servers.interlock]",
    `command = ${JSON.stringify(own.command)}`,
    `args = ${JSON.stringify(own.args)}`,
    `tool_timeout_sec = ${callTimeoutMs / 1000}`,
  ];
  return [
    {
      client: "Claude Code",
      found: onPath("claude"),
      run: `claude mcp add --scope ${own.command === "npx" ? "project" : "local"} --transport stdio interlock -- ${line}`,
      file: ".mcp.json",
      text: json({ mcpServers: { interlock: { type: "stdio", ...server, timeout: callTimeoutMs, alwaysLoad: true } } }),
    },
    {
      client: "Codex",
      found: onPath("codex"),
      run: `codex mcp add interlock -- ${line}`,
      file: ".codex/config.toml",
      text: codex.join("\n"),
    },
    {
      client: "Gemini",
      found: onPath("gemini"),
      run: `gemini mcp add -s project interlock ${line}`,
      file: ".gemini/settings.json",
      text: json({ mcpServers: { interlock: { ...server, timeout: callTimeoutMs } } }),
    },
    {
      client: "Droid",
      found: onPath("droid"),
      run: `droid mcp add interlock ${JSON.stringify(line)}`,
      file: ".factory/mcp.json",
      text: json({
        mcpServers: { interlock: { type: "stdio", ...server, timeoutMs: callTimeoutMs, disabled: false } },
      }),
    },
    {
      client: "Cursor",
      found: onPath("cursor"),
      file: ".cursor/mcp.json",
      text: json({ mcpServers: { interlock: { type: "stdio", ...atFolder } } }),
    },
    {
      client: "VS Code",
      found: onPath("code"),
      file: ".vscode/mcp.json",
      text: json({ servers: { interlock: { type: "stdio", ...atFolder } } }),
    },
  ];
}

/** Whether a program of this name is on PATH. */
export function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== "";
    } catch {
      return false;
    }
  });
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
