import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openRawStore } from "../baseline/raw-store.mjs";
import { bigRepository } from "../big-repository.mjs";
import { interlock, script } from "../built.mjs";
import { timeFigure } from "../figure.mjs";
import { interleaved } from "../interleaved.mjs";
import { StdioClient } from "../stdio-client.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

/** Claiming a path and giving it back, as an agent does it, beside two empty calls and two commits. */
export function claimRelease({ quick }) {
  return inTemporaryFolder(async (folder) => {
    const root = join(folder, "repository");
    mkdirSync(root);
    await bigRepository(root, 200);
    const client = await StdioClient.start([interlock, "mcp", "--root", root, "--profile", "all"]);
    const echo = await StdioClient.start([script("baseline/echo-server.mjs")]);
    const store = openRawStore(join(folder, "raw.db"));
    try {
      const by = await takeOne(client);
      const paths = ["src/claimed.ts"];
      const expect = (status, reply) => {
        if (reply.status !== status && !reply.released) throw new Error(JSON.stringify(reply));
      };
      const times = await interleaved(quick ? 30 : 200, {
        claim: async () => expect("granted", await client.call("claim_resources", { ...by, write: paths })),
        release: async () => expect("released", await client.call("release_resources", { ...by, patterns: paths })),
        echo: () => echo.call("echo", { text: "claim" }),
        commit: () => store.commit(),
      });
      const floor = 2 * times.echo + 2 * times.commit;
      return [
        timeFigure("claim + release over MCP", times.claim + times.release, floor, "2 echoes + 2 commits", 1.5),
        timeFigure("  of it claim", times.claim, times.echo + times.commit, "echo + commit"),
        timeFigure("  of it release", times.release, times.echo + times.commit, "echo + commit"),
      ];
    } finally {
      store.close();
      await Promise.all([client.close(), echo.close()]);
    }
  });
}

async function takeOne(client) {
  const nodes = [{ id: "n", writes: ["own.ts"], gates: [] }];
  await client.call("submit_plan", { plan: { id: "p", title: "p", nodes } });
  const { lease } = await client.call("request_next_node", { agent: "a" });
  return { agent: "a", lease };
}
