import { describe, expect, test } from "vitest";
import { defaultConfig, parseConfig, toSettings } from "../../src/config/config.ts";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { scoreRuleOf } from "../../src/config/scores.ts";
import { readSurroundings } from "../../src/config/surroundings.ts";
import { defaultSettings } from "../../src/core/settings.ts";

const example = `
gates:
  parallel: 2
  list:
    - {name: test, run: npm test, default: true, timeout_minutes: 20, parallel_safe: true, weight: 1, env: {CI: "true"}, uses: [db]}
worktree: {root: .interlock/worktrees, setup: npm ci, setup_when: package-lock.json, keep: [node_modules], link: [], slots: 8}
leases: {ttl_minutes: 0.05, grace_minutes: 10, client_minutes: 60}
plans: {max_parallel: 4, mode: parallel, scope: auto}
pools: {build: {capacity: 2}, port: {range: 4100-4199}}
agents: {}
reviews: {}
approvals: {}
budgets: {}
affinity: []
store: {url: sqlite}
`;

function problemsOf(text: string) {
  const read = parseConfig(text);
  return "problems" in read ? read.problems : [];
}

describe("interlock.yaml", () => {
  test("an empty file is the default config", () => {
    expect(parseConfig("")).toEqual({ config: defaultConfig });
    expect(parseConfig("gates:\nworktree:\n")).toEqual({ config: defaultConfig });
    expect(defaultConfig.worktree).toMatchObject({ root: ".interlock/worktrees", slots: 8 });
    expect(defaultConfig.gates).toEqual({ parallel: 2, policy: "auto", threshold: 1, list: [] });
    expect(toSettings(defaultConfig, false)).toEqual(defaultSettings);
  });

  test("what gates report and what they get copies of lies inside the repository; all gates get what one key names", () => {
    const read = parseConfig(
      "gates: {fixtures: [data], list: [{name: a, run: a, report: 'out/**/*.xml', fixtures: [more/x]}, {name: b, run: b}]}",
    );
    expect(read).toMatchObject({
      config: { gates: { list: [{ report: "out/**/*.xml", fixtures: ["data", "more/x"] }, { fixtures: ["data"] }] } },
    });
    const wrong = ["/etc", "../x", "a/../../x", ".git/hooks", "C:\\x", "{a"];
    const list = wrong.map((report, i) => ({
      name: `g${i}`,
      run: "x",
      report,
      fixtures: report === "{a" ? [] : [report],
    }));
    expect(problemsOf(JSON.stringify({ gates: { list } })).map(({ path }) => path)).toEqual(
      wrong.flatMap((path, i) => [`gates.list.${i}.report`, ...(path === "{a" ? [] : [`gates.list.${i}.fixtures.0`])]),
    );
  });

  test("the example of the guide is read as it is meant", () => {
    const read = parseConfig(example);
    expect(read).toMatchObject({
      config: {
        gates: {
          list: [
            { name: "test", run: "npm test", default: true, timeoutMinutes: 20, env: { CI: "true" }, uses: ["db"] },
          ],
        },
        worktree: { setup: "npm ci", setupWhen: ["package-lock.json"] },
        pools: { port: { from: 4100, to: 4199 } },
      },
    });
    if ("config" in read) expect(toSettings(read.config, true).leases.ttl).toBe(3000);
  });

  test("all problems are named at once, each with its place", () => {
    const problems = problemsOf(`
gates: {parallel: many, lists: []}
worktree: {slots: 0}
leases: {ttl_minutes: -1}
pools: {port: {range: 10-1}, x: {}}
colour: red
`);
    expect(problems.map(({ path, code }) => [path, code])).toEqual(
      expect.arrayContaining([
        ["gates.parallel", undefined],
        ["gates.lists", "unknown_key"],
        ["worktree.slots", undefined],
        ["leases.ttl_minutes", undefined],
        ["pools.port.range", undefined],
        ["colour", "unknown_key"],
      ]),
    );
    expect(problems.find(({ path }) => path === "gates.parallel")?.problem).toBe("must be a number, not a text");
  });

  test("what is not built yet is refused instead of ignored", () => {
    const problems = problemsOf("agents: {max: 3}\nstore: {url: mysql://x/y, remote: origin}\n");
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ["not_built", "agents"],
      ["not_built", "store.url"],
      ["not_built", "store.remote"],
    ]);
  });

  test("the log can be in PostgreSQL", () => {
    expect(parseConfig("store: {url: postgres://x/y}\n")).toMatchObject({
      config: { store: { url: "postgres://x/y" } },
    });
  });

  test("a gate's name is taken only once", () => {
    expect(problemsOf("gates: {list: [{name: a, run: x}, {name: A, run: y}]}")).toMatchObject([
      { path: "gates.list.1.name" },
    ]);
  });

  test("gates count for points only where somebody can fail them, and a threshold is for gates that count", () => {
    const gates = (text: string) => problemsOf(`gates: {${text}}`).map(({ path }) => path);
    expect(gates("threshold: 0.7, list: [{name: a, run: x, score: 3}, {name: b, run: x}]")).toEqual([]);
    expect(gates("threshold: 1, list: [{name: a, run: x}]")).toEqual([]);
    expect(gates("list: [{name: a, run: x, score: 3}]")).toEqual([]);
    expect(gates("threshold: 0.7, list: [{name: a, run: x}]")).toEqual(["gates.threshold"]);
    expect(gates("threshold: 0.7, list: [{name: a, run: x, kind: node, score: 3}]")).toEqual(["gates.list.0.score"]);
    expect(gates("threshold: 1.1, list: [{name: a, run: x, score: 0}, {name: b, run: x, score: 0.5}]")).toEqual([
      "gates.threshold",
      "gates.list.0.score",
      "gates.list.1.score",
    ]);
  });

  test("[T11] plans are judged by points only where some gate may fail", () => {
    const ruleIn = (text: string) => {
      const read = parseConfig(`gates: {${text}}`);
      return "config" in read ? scoreRuleOf(read.config.gates) : read;
    };
    const list = "list: [{name: a, run: x, score: 3}, {name: b, run: x}]";
    expect(ruleIn(`threshold: 0, ${list}`)).toEqual({ threshold: 0, points: { a: 3 } });
    expect(ruleIn(list)).toBeUndefined();
    expect(ruleIn("list: []")).toBeUndefined();
  });

  test("a broken text is refused with its line", () => {
    expect(problemsOf("gates:\n  parallel: 2\n  parallel: 3\n")).toMatchObject([{ path: "line 3" }]);
    expect(problemsOf("gates: [\n")[0]?.problem).toMatch(/^is not valid YAML: /);
  });

  test("a text that is nested too deeply for a process to survive is refused", () => {
    for (const text of ["[".repeat(50_000), "- ".repeat(20_000), `${"{a: ".repeat(3_000)}${"}".repeat(3_000)}`])
      expect(problemsOf(text)).toEqual([{ path: "", problem: "is nested too deeply" }]);
    expect(problemsOf(`${"[".repeat(400)}${"]".repeat(400)}`)[0]?.problem).not.toMatch(/deep/);
  });

  test("a text holds one document", () => {
    expect(problemsOf("{}\n---\n{}\n")).toEqual([
      { path: "", problem: "is not valid YAML: it holds several documents" },
    ]);
  });

  test("an alias bomb is refused before it grows", () => {
    const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
    for (let i = 1; i < 9; i += 1)
      bomb.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(", ")}]`,
      );
    expect(problemsOf(bomb.join("\n"))[0]?.problem).toMatch(/YAML/);
  });

  test("a key that could poison a prototype is only an unknown key", () => {
    expect(problemsOf("__proto__: {x: 1}")).toMatchObject([{ path: "__proto__" }]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  test("the published schema names every section", () => {
    const { properties } = configJsonSchema() as { properties: Record<string, unknown> };
    expect(Object.keys(properties)).toEqual(
      expect.arrayContaining(["gates", "worktree", "leases", "plans", "pools", "store", "affinity"]),
    );
  });
});

describe("environment and flags", () => {
  test("flags go before the environment", () => {
    const environment = { INTERLOCK_ROOT: "/a", INTERLOCK_PROFILE: "all", CLAUDE_PROJECT_DIR: "/c" };
    expect(readSurroundings(environment, { root: "/b", profile: "planner" })).toEqual({
      surroundings: { root: "/b", profile: "planner", claudeProjectDir: "/c" },
    });
  });

  test("without any, the profile is worker", () => {
    expect(readSurroundings({ INTERLOCK_ROOT: "" })).toEqual({ surroundings: { profile: "worker" } });
  });

  test("a store can be SQLite or PostgreSQL", () => {
    for (const store of ["sqlite", "postgres://x/y", "postgresql://x/y"])
      expect(readSurroundings({ INTERLOCK_STORE: store })).toMatchObject({ surroundings: { store } });
  });

  test("an unknown profile and an unknown store are problems together, and a password in it is not quoted", () => {
    const read = readSurroundings({ INTERLOCK_PROFILE: "boss", INTERLOCK_STORE: "mysql://me:secret@x" });
    expect(JSON.stringify(read)).not.toContain("secret");
    expect("problems" in read && read.problems.map(({ path }) => path)).toEqual([
      "INTERLOCK_PROFILE",
      "INTERLOCK_STORE",
    ]);
  });
});
