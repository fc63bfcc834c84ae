import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { systemClock } from "../../dist/execution/clock.js";
import { Manager } from "../../dist/execution/manager.js";
import { openSqliteLog } from "../../dist/log/sqlite/open.js";
import { script } from "../built.mjs";
import { figure, milliseconds, thousands } from "../figure.mjs";
import { median } from "../interleaved.mjs";
import { must, planOf, takeNode } from "../played-work.mjs";
import { inTemporaryFolder } from "../temporary-folder.mjs";

const processes = 8;
const lanes = 16;
const stream = "eight";

/** Eight processes that claim and release paths which all want, beside eight that only commit a row. */
export function eightProcesses({ quick }) {
  const seconds = quick ? 1 : 4;
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "state.db");
    await leaseAll(file);
    const ours = [];
    const raw = [];
    for (let round = 0; round < 2; round += 1) {
      ours.push(await race("children/claims-paths.mjs", { file, stream, lanes, seconds }));
      raw.push(await race("children/commits-rows.mjs", { file: join(folder, "raw.db"), seconds }));
    }
    const doubles = await doubleGrants(file);
    const errors = ours.reduce((sum, one) => sum + one.errors, 0);
    const rate = median(ours.map((one) => one.done / seconds));
    const rawRate = median(raw.map((one) => one.done / seconds));
    const [stall, rawStall] = [ours, raw].map((runs) => Math.max(...runs.map((one) => one.stall)));
    return [
      figure("8 processes: durable claims a second", {
        value: thousands(rate),
        baseline: `${thousands(rawRate)} raw commits a second`,
        ratio: rate / rawRate,
        budget: "≥ 1,000",
        ok: rate >= 1_000,
      }),
      figure("  double grants, errors", {
        value: `${doubles}, ${errors}`,
        budget: "0, 0",
        ok: doubles + errors === 0,
        wrong: true,
      }),
      figure("  longest stall of an event loop", {
        value: milliseconds(stall),
        baseline: `${milliseconds(rawStall)} with raw commits`,
        ratio: stall / rawStall,
        budget: "≤ 25 ms",
        ok: stall <= 25,
      }),
    ];
  });
}

/** Gives every lane of every process a node of its own, whose attempt it claims for. */
async function leaseAll(file) {
  const manager = await Manager.open(await openSqliteLog({ file }), stream, systemClock);
  const execute = (command) => manager.execute(command);
  await must(execute, { type: "SubmitPlan", plan: planOf(stream, processes * lanes * 10) });
  for (let i = 0; i < processes * lanes; i += 1) await takeNode(execute, `agent-${i}`, stream);
  manager.close();
  await manager.log.close();
}

/** Lets processes begin at once, and adds up what they tell. */
async function race(name, about) {
  const children = Array.from({ length: processes }, (_, number) =>
    fork(script(name), [JSON.stringify({ ...about, number })]),
  );
  try {
    await Promise.all(children.map((child) => once(child, "message")));
    const told = children.map((child) => once(child, "message"));
    for (const child of children) child.send("go");
    const results = (await Promise.all(told)).map(([result]) => result);
    return {
      done: results.reduce((sum, { done }) => sum + done, 0),
      errors: results.reduce((sum, { errors }) => sum + errors, 0),
      stall: Math.max(...results.map((one) => one.stall)),
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** Looks through the log for a path that was granted while somebody else held it. */
async function doubleGrants(file) {
  const log = await openSqliteLog({ file });
  const held = new Map();
  let doubles = 0;
  for (let after = 0; ; ) {
    const page = await log.read(stream, after, 5_000);
    for (const { event } of page) {
      if (event.type === "ClaimsGranted")
        for (const { pattern } of event.claims) {
          if (held.has(pattern)) doubles += 1;
          held.set(pattern, event.node);
        }
      if (event.type === "ClaimsReleased")
        for (const pattern of event.patterns) {
          if (held.get(pattern) !== event.node) doubles += 1;
          held.delete(pattern);
        }
    }
    if (page.length === 0) break;
    after = page.at(-1).position;
  }
  await log.close();
  return doubles;
}
