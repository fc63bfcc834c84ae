import { execFileSync } from "node:child_process";

/** Tests that start processes run the program as it is shipped, so it is compiled before them; `npm run types` checks it. */
export function setup(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json", "--noCheck"]);
}
