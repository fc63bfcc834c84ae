import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { mergeTrees } from "../../../../src/execution/landing/merge.ts";
import { resolveMerge } from "../../../../src/execution/landing/resolution/resolve-merge.ts";
import { temporaryRepository } from "../../git/temporary-repository.ts";
import { chain } from "./three-sides.ts";

const { resolve } = chain();
const runs = { numRuns: 30 };

/** Lines of a base with what a side did to each: keep it, take it out, reword it, or add lines before it. */
interface Edit {
  readonly what: "keep" | "drop" | "reword" | "add";
  readonly with: readonly number[];
}

const edit = fc.record({
  what: fc.constantFrom<Edit["what"]>("keep", "keep", "keep", "drop", "reword", "add"),
  with: fc.array(fc.nat(50), { minLength: 1, maxLength: 2 }),
});

const sides = fc.integer({ min: 1, max: 8 }).chain((length) =>
  fc.record({
    ours: fc.array(edit, { minLength: length, maxLength: length }),
    theirs: fc.array(edit, { minLength: length, maxLength: length }),
  }),
);

interface Kind {
  readonly path: string;
  readonly line: (name: string) => string;
}

/** Files in which each line is a thing of its own. */
const kinds: readonly Kind[] = [
  { path: "a.txt", line: (name) => name },
  { path: "CHANGELOG.md", line: (name) => `- ${name}` },
  { path: "AUTHORS", line: (name) => name },
  { path: "a.js", line: (name) => `function ${name}() { return 1; }` },
  { path: "a.ts", line: (name) => `import { ${name} } from "${name}";` },
  { path: "a.py", line: (name) => `${name} = 1` },
  { path: "a.yaml", line: (name) => `${name}: 1` },
  { path: "a.toml", line: (name) => `${name} = 1` },
];

function apply(edits: readonly Edit[], by: string, { line }: Kind): string[] {
  return edits.flatMap(({ what, with: marks }, i) => {
    const own = line(`base${i}`);
    const made: Readonly<Record<Edit["what"], readonly string[]>> = {
      keep: [own],
      drop: [],
      reword: [line(`base${i}${by}${marks[0]}`)],
      add: [...marks.map((mark, j) => line(`new${i}${j}${by}${mark}`)), own],
    };
    return made[what];
  });
}

const asText = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

describe.each(kinds)("in $path", (kind) => {
  const three = (edits: { ours: readonly Edit[]; theirs: readonly Edit[] }) => ({
    base: edits.ours.map((_, i) => kind.line(`base${i}`)),
    ours: apply(edits.ours, "o", kind),
    theirs: apply(edits.theirs, "t", kind),
  });

  test("[G8] no line that a side added is ever missing, and none that a side took out comes back", async () => {
    let resolved = 0;
    await fc.assert(
      fc.asyncProperty(sides, async (edits) => {
        const { base, ours, theirs } = three(edits);
        const merged = await resolve(kind.path, asText(base), asText(ours), asText(theirs));
        if (!merged) return;
        resolved += 1;
        const lines = merged.text.split("\n");
        const added = [...ours, ...theirs].filter((line) => !base.includes(line));
        expect(added.filter((line) => !lines.includes(line))).toEqual([]);
        const gone = base.filter((line) => !ours.includes(line) || !theirs.includes(line));
        expect(gone.filter((line) => lines.includes(line))).toEqual([]);
      }),
      runs,
    );
    // A property of nothing proves nothing.
    expect(resolved).toBeGreaterThan(0);
  });

  test("who merges whom changes nothing but the order of what both added", async () => {
    await fc.assert(
      fc.asyncProperty(sides, async (edits) => {
        const { base, ours, theirs } = three(edits);
        const merged = await resolve(kind.path, asText(base), asText(ours), asText(theirs));
        const swapped = await resolve(kind.path, asText(base), asText(theirs), asText(ours));
        expect(swapped?.by).toEqual(merged?.by);
        expect(swapped?.text.split("\n").sort()).toEqual(merged?.text.split("\n").sort());
      }),
      runs,
    );
  });
});

describe("whole merges", () => {
  const repository = temporaryRepository({ "a.txt": "" });
  afterAll(() => repository.remove());

  test("[G5] a merge that git finds clean has the very tree that git makes", async () => {
    const { git, sh, write, commit } = repository;
    await fc.assert(
      fc.asyncProperty(fc.array(sides, { minLength: kinds.length, maxLength: kinds.length }), async (all) => {
        const files = (part: "base" | "ours" | "theirs") =>
          Object.fromEntries(
            kinds.map((kind, i) => {
              const edits = all[i] ?? { ours: [], theirs: [] };
              const lines =
                part === "base" ? edits.ours.map((_, j) => kind.line(`base${j}`)) : apply(edits[part], part, kind);
              return [kind.path, asText(lines)];
            }),
          );
        write(files("base"));
        const base = commit("base");
        write(files("ours"));
        const ours = commit("ours");
        sh(["reset", "-q", "--hard", base]);
        write(files("theirs"));
        const theirs = commit("theirs");
        const [plain, resolved] = [await mergeTrees(git, { ours, theirs }), await resolveMerge(git, { ours, theirs })];
        if (plain.clean) {
          expect(resolved).toEqual({ ...plain, resolved: [] });
          expect(resolved.tree).toBe(sh(["merge-tree", "--write-tree", ours, theirs]));
        }
        const settled = new Set(kinds.map(({ path }) => path));
        for (const { path } of plain.clean ? [] : plain.conflicts) settled.delete(path);
        for (const path of settled)
          expect(sh(["rev-parse", `${resolved.tree}:${path}`])).toBe(sh(["rev-parse", `${plain.tree}:${path}`]));
      }),
      { numRuns: 10 },
    );
  });
});
