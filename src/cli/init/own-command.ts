import { realpathSync } from "node:fs";
import { join, sep } from "node:path";

/** How a client starts this very program. */
export interface OwnCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The command that will still work tomorrow: `npx` where that started us or where the repository itself depends on us,
 * else node with the file that runs now.
 */
export function ownCommand(script: string, repositoryRoot: string): OwnCommand {
  const file = realpathSync(script);
  const byNpx = file.includes(`${sep}_npx${sep}`) || file.startsWith(join(repositoryRoot, "node_modules", sep));
  return byNpx ? { command: "npx", args: ["-y", "interlock", "mcp"] } : { command: "node", args: [file, "mcp"] };
}
