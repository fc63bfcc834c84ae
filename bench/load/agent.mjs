import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** What an agent may be refused without anything being wrong: others hold what it asks for, or it was given up. */
const fair = new Set(["deadlock", "changed_path"]);

/** Takes nodes and lands them, one after another, until `isOver` says so. Replies that should not be go to `wrong`. */
export async function work({ name, call, random, isOver, count, wrong }) {
  while (!isOver()) {
    const reply = await call("request_next_node", { agent: name, wait_seconds: 5 });
    if (reply.status === "assigned") await workNode(reply);
    else if (reply.status === "none") await sleep(200);
    else unexpected("request_next_node", reply);
  }

  async function workNode(assigned) {
    const { node, worktree, claims, lease } = assigned;
    const who = { agent: name, lease };
    if (random() < 0.02 && node.attempt === 1) return giveUp(who, node);
    for (const { pattern, mode, value } of claims) if (value === undefined) change(worktree, pattern, mode, node);
    if (random() < 0.2) await report(who, node);
    if (random() < 0.1) await claimMore(who, worktree, node);
    await handIn(who, assigned);
  }

  async function giveUp(who, { plan_id: plan, id }) {
    const reply = await call("fail_node", { ...who, reason: `${plan}/${id} is not for me`, retryable: true });
    if (reply.refused) unexpected("fail_node", reply);
    count("given up");
  }

  async function report(who, node) {
    const reply = await call("report_progress", { ...who, percent: 50, note: "halfway" });
    if (reply.refused) unexpected("report_progress", reply);
    const knowledge = { topic: node.id, text: `Learned at ${node.id}.`, paths: ["shared/**"] };
    const shared = await call("share_knowledge", { ...who, ...knowledge });
    if (shared.refused) unexpected("share_knowledge", shared);
  }

  async function claimMore(who, worktree, { plan_id: plan, id }) {
    const path = `extra/${plan}-${id}.txt`;
    const reply = await call("claim_resources", { ...who, write: [path], read: ["src/area-1/file-1.txt"] });
    if (reply.refused) return unexpected("claim_resources", reply);
    if (reply.status === "granted") put(worktree, path, `${id}\n`);
    else await call("release_resources", { ...who, ticket: reply.ticket });
  }

  async function handIn(who, { node, worktree, rework }) {
    if (rework) resolve(worktree, rework);
    for (;;) {
      const reply = await call("complete_node", { ...who, summary: `Did ${node.id}.`, wait_seconds: 20 });
      if (reply.status === "landed") return count(node.id.startsWith("n") ? "landed" : "merges landed");
      if (reply.status === "rework") {
        count("rework");
        resolve(worktree, reply);
      } else if (reply.refused === "markers_left")
        resolve(worktree, { conflicts: reply.paths.map((path) => ({ path })) });
      else if (reply.status !== "queued") return unexpected("complete_node", reply);
    }
  }

  function unexpected(tool, reply) {
    if (fair.has(reply?.refused)) count(reply.refused);
    else wrong(`${tool} answered ${name} with ${JSON.stringify(reply)?.slice(0, 500)}`);
  }
}

/** One line of a shared file, or a file of one's own with all that is below it. */
function change(worktree, pattern, mode, { plan_id: plan, id }) {
  if (mode === "edit") {
    const lines = readFileSync(join(worktree, pattern), "utf8").split("\n");
    lines[(Number(id.slice(1)) * 7) % (lines.length - 1)] = `changed by ${plan}/${id}`;
    writeFileSync(join(worktree, pattern), lines.join("\n"));
  } else if (mode === "write") {
    const path = pattern.endsWith("/**") ? pattern.replace("**", "page.md") : pattern;
    put(worktree, path, `${plan}/${id}\n`.repeat(10));
  }
}

function put(worktree, path, text) {
  mkdirSync(dirname(join(worktree, path)), { recursive: true });
  appendFileSync(join(worktree, path), text);
}

/** Keeps both sides of every conflict. */
function resolve(worktree, { conflicts = [] }) {
  for (const { path } of conflicts) {
    const file = join(worktree, path);
    const text = readFileSync(file, "utf8").replaceAll(/^(<{7} .*|={7}|\|{7} .*|>{7} .*)\n/gm, "");
    writeFileSync(file, text);
  }
}
