// A process that works a small plan through all that can happen to a node: conflict, red gate, giving up, an unchanged
// hand-in, a lease that ends, a sync point. It goes on from wherever an earlier process of it was killed.
// Arguments: the compiled sources, the repository, and a file of points, one a line: it dies at the first of them that it
// reaches, after taking it out of the file. Without the file it writes the points that it passed to standard output.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , sources, root, pendingFile] = process.argv;
const { openExecution } = await import(`${sources}/execution/open.js`);
const { discoverRepository } = await import(`${sources}/execution/git/discover.js`);

const passed = new Set();
const pending = new Set(pendingFile ? readFileSync(pendingFile, "utf8").split("\n").filter(Boolean) : []);

function point(name) {
  passed.add(name);
  if (!pending.delete(name)) return;
  writeFileSync(pendingFile, [...pending].join("\n"));
  process.kill(process.pid, "SIGKILL");
}

async function watched(name, act) {
  point(`before git ${name}`);
  const answer = await act();
  point(`after git ${name}`);
  return answer;
}

const watchedGit = (git) => ({
  gitDir: git.gitDir,
  run: (command, place) => watched(command.args[0], () => git.run(command, place)),
  ask: (question) => watched(question.args[0], () => git.ask(question)),
  close: () => git.close(),
});

const watchedLog = (log) =>
  new Proxy(log, {
    get: (target, key) => {
      if (key !== "transact") return typeof target[key] === "function" ? target[key].bind(target) : target[key];
      return async (stream, seen, step) => {
        let types = [];
        const committed = await target.transact(stream, seen, (missed) => {
          const wanted = step(missed);
          types = [...new Set(wanted.append.map(({ event }) => event.type))];
          for (const type of types) point(`before commit ${type}`);
          return wanted;
        });
        for (const type of types) point(`after commit ${type}`);
        return committed;
      };
    },
  });

const execution = await openExecution({
  repository: await discoverRepository(root),
  report: (fault, doing) => process.stderr.write(`${doing}: ${fault?.stack ?? fault}\n`),
  around: { git: watchedGit, log: watchedLog },
});
execution.start({ longLived: true });

const call = (tool) => ({ tool, inputDigest: "", signal: new AbortController().signal });
const node = (id, more = {}) => ({
  id,
  kind: "work",
  title: id,
  instructions: id,
  requires: [],
  dependsOn: [],
  writes: [],
  edits: [],
  reads: [],
  watches: [],
  uses: [],
  priority: 2,
  retries: 5,
  ...more,
});
const nodes = [
  node("left", { edits: ["both.txt"] }),
  node("right", { edits: ["both.txt"] }),
  node("red", { dependsOn: ["left", "right"], uses: ["port"], gates: ["test", "rare"] }),
  node("idle", { dependsOn: ["red"] }),
  node("meet", { kind: "sync", dependsOn: ["idle"] }),
  node("given", { dependsOn: ["meet"], writes: ["given.txt"] }),
  node("silent", { dependsOn: ["given"] }),
];
const header = { id: "story", title: "Story", constraints: [], policy: {}, flags: {} };
const request = { header, nodes, draft: { nodes: [] }, problems: [] };

/** What the agent of a node does, from the state that it finds its worktree in. */
const doings = {
  left: ({ worktree }) => resolve(worktree, "both.txt", "left"),
  right: ({ worktree }) => resolve(worktree, "both.txt", "right"),
  red: ({ worktree, rework }) => writeFileSync(join(worktree, "red.txt"), rework ? "good\n" : "bad\n"),
  idle: () => undefined,
  given: ({ worktree }) => writeFileSync(join(worktree, "given.txt"), "given\n"),
  silent: ({ worktree }) => writeFileSync(join(worktree, "silent.txt"), "said\n"),
};

function resolve(worktree, file, line) {
  const path = join(worktree, file);
  const before = readFileSync(path, "utf8");
  const lines = before.split("\n").filter((one) => /^[a-z]+$/.test(one) && one !== "base" && one !== line);
  writeFileSync(path, `${[...lines, line].sort().join("\n")}\n`);
}

async function agent(name) {
  for (;;) {
    const answer = await execution.requestNextNode(
      { agent: name, capabilities: [], acceptParked: true, waitMs: 1_000 },
      call("request_next_node"),
    );
    if (answer.status === "none" && answer.reason === "plan_finished") return;
    if (answer.status !== "assigned") {
      if ("refused" in answer && answer.refused !== "agent_name_taken") throw new Error(JSON.stringify(answer));
      continue;
    }
    const { lease } = answer;
    const id = answer.node.id;
    if (id === "given" && answer.node.attempt === 1) {
      doings.given(answer);
      await execution.failNode({ agent: name, lease }, { reason: "try again", retryable: true }, call("fail_node"));
      continue;
    }
    // The agent of the first attempt falls silent: its lease ends, and its work is offered to the next.
    if (id === "silent" && answer.node.attempt === 1) {
      doings.silent(answer);
      return agent(`${name}-next`);
    }
    if (id === "red")
      await execution.claimResources(
        { agent: name, lease },
        { write: ["red.txt"], edit: [], read: [], watch: [], uses: [], dryRun: false },
        0,
        call("claim_resources"),
      );
    doings[id](answer);
    let rework = await execution.completeNode(
      { agent: name, lease },
      { summary: id, waitMs: 30_000 },
      call("complete_node"),
    );
    while (rework.status === "rework" || rework.refused === "markers_left") {
      doings[id]({ ...answer, rework });
      rework = await execution.completeNode(
        { agent: name, lease },
        { summary: id, waitMs: 30_000 },
        call("complete_node"),
      );
    }
  }
}

const receipt = await execution.submitPlan(request, { dryRun: false }, call("submit_plan"));
if ("refused" in receipt) throw new Error(JSON.stringify(receipt));
await Promise.all([agent("ann"), agent("bob")]);
const landed = await execution.land("story", { signal: new AbortController().signal });
if ("refused" in landed) throw new Error(JSON.stringify(landed));
await execution.close();
if (!pendingFile) process.stdout.write([...passed].join("\n"));
process.exit(0);
