import { execFileSync } from "node:child_process";

/** Tests that start processes run the program as it is shipped, so it is compiled once before them. */
export function setup(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
}
