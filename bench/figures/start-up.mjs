import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { interlock, script } from "../built.mjs";
import { figure, milliseconds, thousands } from "../figure.mjs";
import { interleaved } from "../interleaved.mjs";
import { StdioClient } from "../stdio-client.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";
import { workedRepository } from "../worked-repository.mjs";

/** How long a client waits for its server, and a command for a hook, in a workspace that has seen much. */
export function startUp({ quick }) {
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    const { file, events } = await workedRepository(root, quick ? 10_000 : 100_000, { snapshot: true });
    const server = [interlock, "mcp", "--root", root];
    const run = (...args) => execFileSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const times = await interleaved(quick ? 3 : 10, {
      greeting: () => greet(server),
      firstReply: () => greet(server, firstStatus),
      echo: () => greet([script("baseline/echo-server.mjs")]),
      hook: () => run(script("children/hook-sized.mjs"), file),
      node: () => run("-e", ""),
    });
    const about = `at ${thousands(events)} events`;
    return [
      startFigure(`start of interlock mcp ${about}`, times.greeting, times.echo, "echo server", 400),
      startFigure("  to its first reply with state", times.firstReply, times.echo, "echo server"),
      startFigure(`a hook-sized command ${about}`, times.hook, times.node, "node alone", 120),
    ];
  });
}

function startFigure(name, ours, theirs, what, most) {
  return figure(name, {
    value: milliseconds(ours),
    baseline: `${milliseconds(theirs)} ${what}`,
    ratio: ours / theirs,
    ...(most === undefined ? {} : { budget: `≤ ${most} ms`, ok: ours <= most }),
  });
}

async function greet(args, then) {
  const client = await StdioClient.start(args);
  await then?.(client);
  // Saying goodbye is no part of starting; the process goes by itself.
  void client.close();
}

async function firstStatus(client) {
  const reply = await client.call("get_status", {});
  if (!JSON.stringify(reply).includes("under-way")) throw new Error(`The plan is not there: ${JSON.stringify(reply)}`);
}
