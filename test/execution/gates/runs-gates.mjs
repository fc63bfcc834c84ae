// A process that works on a repository until it is ended: it moves trains and runs gates. It says when it is the steward.
// Arguments: the compiled sources, the repository, and a file from whose being there on it starts.
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const [, , sources, root, startFile] = process.argv;
const { openExecution } = await import(`${sources}/execution/open.js`);
const { discoverRepository } = await import(`${sources}/execution/git/discover.js`);

const execution = await openExecution({
  repository: await discoverRepository(root),
  report: (fault, doing) => process.stderr.write(`${doing}: ${fault?.stack ?? fault}\n`),
});
while (startFile && !existsSync(startFile)) await sleep(20);
execution.start({ longLived: true });
while (!(await execution.stewardIsThere())) await sleep(20);
process.stdout.write("steward\n");
