/** What changes touch and which nodes are likely to clash, with the reasons. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { clashesLikely } from "../../../src/execution/impact/clashes.ts";
import type { Known } from "../../../src/execution/impact/impact-index.ts";
import { impactOf } from "../../../src/execution/impact/walk.ts";
import { type Indexed, indexed } from "./indexed.ts";

let it: Indexed | undefined;
let known: Known;
/** Files that habitually change together, and one that changes with everything. */
let habits: Indexed;

beforeAll(async () => {
  habits = await indexed({
    "price.ts": "",
    "page.ts": 'import "./price"',
    "news.md": "",
    "alone.ts": "",
    "far/tax.ts": "",
  });
  const { repository } = habits;
  for (let round = 0; round < 8; round += 1) {
    repository.write({ "price.ts": `// ${round}`, "far/tax.ts": `// ${round}`, "news.md": `price ${round}` });
    repository.commit(`price ${round}`);
    repository.write({ "alone.ts": `// ${round}`, "news.md": `alone ${round}` });
    repository.commit(`alone ${round}`);
  }
  known = await habits.known();
});
afterAll(() => habits.remove());
afterEach(() => it?.remove());

describe("a change", () => {
  test("touches who imports it, and who imports them, each with the way there", async () => {
    it = await indexed({
      "a.ts": "",
      "b.ts": 'import "./a"',
      "c.ts": 'import "./b"',
      "d.ts": 'import "./c"',
      "e.ts": "",
    });
    const known = await it.known();
    const { affected } = impactOf({ paths: ["a.ts"] }, known);
    expect(affected.map(({ id, depth }) => [id, depth])).toEqual([
      ["b.ts", 1],
      ["c.ts", 2],
      ["d.ts", 3],
    ]);
    expect(affected[1]?.via).toEqual([
      { kind: "file", id: "a.ts", how: "changed" },
      { kind: "file", id: "b.ts", how: "imports" },
      { kind: "file", id: "c.ts", how: "imports" },
    ]);
    expect(affected.map(({ score }) => score)).toEqual([0.6, 0.36, 0.22]);
    expect(impactOf({ paths: ["a.ts"], depth: 1 }, known).affected).toHaveLength(1);
    expect(impactOf({ paths: ["a.ts"], most: 1 }, known).more).toBe(2);
  });

  test("touches what changed with it before", async () => {
    const { affected } = impactOf({ paths: ["price.ts"] }, known);
    const tax = affected.find(({ id }) => id === "far/tax.ts");
    expect(tax?.via.map(({ how }) => how)).toEqual(["changed", "changes with"]);
    expect(affected.map(({ id }) => id)).not.toContain("alone.ts");
  });

  test("goes along edges and through what files are part of, in both directions", async () => {
    it = await indexed({ "src/api/a.ts": "", "src/page.ts": 'import "./api/a"' });
    const contract = { kind: "contract", id: "Alerts" };
    const requirement = { kind: "requirement", id: "R1" };
    const drawing = { kind: "design", id: "D1" };
    const question = {
      edges: [
        { from: contract, to: requirement, type: "refines" },
        { from: drawing, to: contract, type: "draws" },
      ],
      places: [{ thing: contract, patterns: ["src/api/**"] }],
    };
    const known = await it.known();
    const fromAbove = impactOf({ ...question, things: [requirement] }, known).affected;
    expect(fromAbove.map(({ kind, id, via }) => [kind, id, via.map(({ how }) => how).join(", ")])).toEqual([
      ["contract", "Alerts", "changed, refines"],
      ["design", "D1", "changed, refines, draws"],
      ["file", "src/api/a.ts", "changed, refines, belongs to"],
      ["file", "src/page.ts", "changed, refines, belongs to, imports"],
    ]);
    const fromBelow = impactOf({ ...question, paths: ["src/api/a.ts"] }, known).affected;
    expect(fromBelow.map(({ id }) => id)).toEqual(["Alerts", "D1", "src/page.ts"]);
  });

  test("of all files of a pattern is one change, of a file that is not there yet one too", async () => {
    it = await indexed({ "x/a.ts": "", "x/b.ts": 'import "./a"', "c.ts": 'import "./x/b"' });
    const known = await it.known();
    expect(impactOf({ paths: ["x/**", "not a {pattern"] }, known).affected.map(({ id }) => id)).toEqual(["c.ts"]);
    const edges = [{ from: { kind: "test", id: "t" }, to: { kind: "file", id: "new.ts" }, type: "tests" }];
    expect(impactOf({ paths: ["new.ts"], edges }, known).affected.map(({ id }) => id)).toEqual(["t"]);
  });
});

describe("nodes are likely to clash", () => {
  const node = (id: string, edits: readonly string[], dependsOn: readonly string[] = []) => ({
    id,
    writes: [],
    edits,
    dependsOn,
  });

  test("[A11] where both may change a file, there or not there yet", async () => {
    const there = clashesLikely([node("a", ["page.ts"]), node("b", ["*.ts"])], known);
    expect(there).toMatchObject([{ nodes: ["a", "b"], paths: expect.arrayContaining(["page.ts"]) }]);
    const fresh = clashesLikely([node("a", ["new/x.ts"]), node("b", ["new/**"])], known);
    expect(fresh).toEqual([
      {
        nodes: ["a", "b"],
        paths: ["new/x.ts"],
        why: [{ path: "new/x.ts", because: [{ by: "claim" }, { by: "claim" }] }],
        score: 0.36,
      },
    ]);
  });

  test("[A11] for sure where both name a file, however many others they name; hardly where a wide pattern covers it", async () => {
    it = await indexed(Object.fromEntries(Array.from({ length: 60 }, (_, place) => [`src/f${place}.ts`, ""])));
    const named = Array.from({ length: 12 }, (_, place) => `src/f${place}.ts`);
    const surely = clashesLikely([node("a", named), node("b", ["src/f3.ts"])], await it.known());
    expect(surely).toMatchObject([{ paths: ["src/f3.ts"], score: 1 }]);
    const inBraces = `src/{${named.map((path) => path.slice("src/".length)).join(",")}}`;
    expect(clashesLikely([node("a", [inBraces]), node("b", ["src/f3.ts"])], await it.known())).toEqual(surely);
    const fresh = clashesLikely([node("a", [...named, "src/g.ts"]), node("b", ["src/g.ts"])], await it.known());
    expect(fresh).toMatchObject([{ paths: ["src/g.ts"], score: 1 }]);
    const wide = clashesLikely([node("a", ["src/**"]), node("b", ["src/f3.ts"])], await it.known(), { atLeast: 0 });
    expect(wide).toMatchObject([{ score: 0.07 }]);
  });

  test("[A11] where one claims what changes with what the other claims, and both where a third file changes with either", async () => {
    const [clash] = clashesLikely([node("a", ["price.ts"]), node("b", ["far/tax.ts"])], known);
    expect(clash?.why[0]?.because.map(({ by }) => by).sort()).toEqual(["claim", "co-change"]);
    const [third] = clashesLikely([node("a", ["price.ts"]), node("b", ["alone.ts"])], known, { atLeast: 0.1 });
    expect(third?.paths).toEqual(["news.md"]);
    expect(third?.why[0]?.because).toEqual([
      { by: "co-change", with: "price.ts", together: 8, of: 8 },
      { by: "co-change", with: "alone.ts", together: 8, of: 8 },
    ]);
  });

  test("a little where one imports the other", async () => {
    it = await indexed({ "a.ts": 'import "./b"', "b.ts": "" });
    const clashes = clashesLikely([node("a", ["a.ts"]), node("b", ["b.ts"])], await it.known(), { atLeast: 0.01 });
    expect(clashes).toHaveLength(1);
    expect(clashes[0]?.why.flatMap(({ because }) => because.map(({ by }) => by))).toEqual(
      expect.arrayContaining(["import", "importer"]),
    );
    expect(clashes[0]?.score).toBeLessThan(0.1);
  });

  test("[A11] not where one comes after the other, nor where nothing speaks for it", async () => {
    const ordered = [node("a", ["price.ts"]), node("m", ["alone.ts"], ["a"]), node("b", ["price.ts"], ["m"])];
    expect(clashesLikely(ordered, known)).toEqual([]);
    expect(clashesLikely([node("a", ["price.ts"]), node("b", ["page.ts"])], known)).toEqual([]);
  });

  test("in bounded time for a plan of many wide claims", async () => {
    it = await indexed(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}.ts`, 'import "./f0"'])));
    const nodes = Array.from({ length: 400 }, (_, i) => node(`n${i}`, ["**", `f${i % 60}.ts`]));
    const clashes = clashesLikely(nodes, await it.known());
    expect(clashes.length).toBeLessThanOrEqual(20);
  });
});

test("a file's companions are learned from small commits only, and from new ones when the history goes on", async () => {
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`f${i}.ts`, "x"]));
  const fresh = await indexed(many);
  it = fresh;
  const companions = async () => (await fresh.known()).together.companionsOf("f1.ts", 5).map(({ path }) => path);
  expect(await companions()).toEqual([]);
  fresh.repository.write({ "f1.ts": "y", "f2.ts": "y" });
  fresh.repository.commit("two");
  expect(await companions()).toEqual(["f2.ts"]);
});
