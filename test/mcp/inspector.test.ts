import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { temporaryRepository } from "../execution/git/temporary-repository.ts";

const inspector = "node_modules/.bin/mcp-inspector";

test.each(["legacy", "modern"])(
  "[M4] the Inspector finds no portability error in tools/list of the %s era",
  async (era) => {
    const repository = temporaryRepository();
    try {
      const server = ["node", "dist/cli/main.js", "mcp", "--root", repository.root, "--profile", "all"];
      const asked = ["--protocol-era", era, "--method", "tools/list", "--strict", "--format", "json"];
      const { stdout } = await promisify(execFile)(inspector, ["--cli", ...server, ...asked], {
        env: { ...process.env, HOME: repository.folder },
      });
      const { result } = JSON.parse(stdout);
      expect(result.tools.map(({ name }: { name: string }) => name)).toContain("request_next_node");
    } finally {
      repository.remove();
    }
  },
);
