import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isReadable } from "../../../../src/execution/landing/resolution/readable.ts";
import { resolveText } from "../../../../src/execution/landing/resolution/resolve-text.ts";
import { linesOf } from "../../../../src/execution/landing/resolution/sides.ts";
import { mergeLines } from "../../../../src/execution/landing/resolution/three-way.ts";

/** A file of entries with names, each of which can be changed without its name. */
interface Kind {
  readonly path: string;
  readonly head?: readonly string[];
  readonly entry: (name: string, value: number) => readonly string[];
  readonly tail?: readonly string[];
}

const kinds: readonly Kind[] = [
  { path: "a.txt", entry: (name, value) => [`${name} ${value}`] },
  { path: "CHANGELOG.md", head: ["# Changes", ""], entry: (name, value) => [`- ${name} ${value}`] },
  { path: "AUTHORS", entry: (name, value) => [`${name} ${value}`] },
  { path: "a.yaml", entry: (name, value) => [`${name}:`, `  x: ${value}`] },
  { path: "a.toml", entry: (name, value) => [`[${name}]`, `x = ${value}`, ""] },
  { path: "a.json", head: ["{"], entry: (name, value) => [`  "${name}": ${value},`], tail: ['  "end": 0', "}"] },
  { path: "a.js", entry: (name, value) => [`function ${name}() {`, `  return ${value};`, "}", ""] },
  {
    path: "a.ts",
    head: ["class C {"],
    entry: (name, value) => [`  ${name}() {`, `    return ${value};`, "  }"],
    tail: ["}"],
  },
  { path: "a.tsx", entry: (name, value) => [`export const ${name} = () => <b>{${value}}</b>;`] },
  { path: "a.py", entry: (name, value) => [`def ${name}():`, `    return ${value}`, "", ""] },
  {
    path: "a.go",
    head: ["package a", ""],
    entry: (name, value) => [`func ${name}() int {`, `\treturn ${value}`, "}", ""],
  },
  { path: "a.rs", entry: (name, value) => ["#[inline]", `fn ${name}() -> u32 {`, `    ${value}`, "}", ""] },
  {
    path: "A.java",
    head: ["class A {"],
    entry: (name, value) => [`  int ${name}() {`, `    return ${value};`, "  }"],
    tail: ["}"],
  },
  {
    path: "A.cs",
    head: ["class A", "{"],
    entry: (name, value) => [`    int ${name}()`, "    {", `        return ${value};`, "    }"],
    tail: ["}"],
  },
];

type Edit = "keep" | "drop" | "change" | "add";

const edits = fc.integer({ min: 1, max: 6 }).chain((length) => {
  const side = fc.array(fc.constantFrom<Edit>("keep", "keep", "keep", "drop", "change", "add"), {
    minLength: length,
    maxLength: length,
  });
  return fc.record({ ours: side, theirs: side });
});

const OURS = 1_000;
const THEIRS = 2_000;

function textOf({ head = [], entry, tail = [] }: Kind, side: readonly Edit[], value: number): string {
  const lines = side.flatMap((edit, i) => {
    const own = entry(`base${i}`, edit === "change" ? value + i : i);
    if (edit === "drop") return [];
    return edit === "add" ? [...entry(`new${value}x${i}`, value + i), ...own] : own;
  });
  return [...head, ...lines, ...tail].map((line) => `${line}\n`).join("");
}

function three(kind: Kind, { ours, theirs }: { readonly ours: readonly Edit[]; readonly theirs: readonly Edit[] }) {
  return {
    base: textOf(
      kind,
      ours.map(() => "keep"),
      0,
    ),
    ours: textOf(kind, ours, OURS),
    theirs: textOf(kind, theirs, THEIRS),
  };
}

const merge = async (sides: Parameters<typeof mergeLines>[0]) => mergeLines(sides);
const resolve = (path: string, sides: ReturnType<typeof three>) => resolveText(path, sides, merge);
const said = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim().replace(/,$/, ""))
    .filter(Boolean);
const runs = { numRuns: 25 };

describe.each(kinds)("[G8] whatever two sides do to entries of $path", (kind) => {
  test("what is resolved has all that was added, nothing that was taken out, and can be read", async () => {
    let resolved = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (both) => {
        const sides = three(kind, both);
        const merged = await resolve(kind.path, sides);
        if (!merged) return;
        resolved += 1;
        const [base, ours, theirs, found] = [sides.base, sides.ours, sides.theirs, merged.text].map(said) as [
          string[],
          string[],
          string[],
          string[],
        ];
        const added = [...ours, ...theirs].filter((line) => !base.includes(line));
        expect(added.filter((line) => !found.includes(line))).toEqual([]);
        const gone = base.filter((line) => !ours.includes(line) || !theirs.includes(line));
        expect(gone.filter((line) => found.includes(line))).toEqual([]);
        const lines = (text: string) => linesOf(text).lines;
        const all = { base: lines(sides.base), ours: lines(sides.ours), theirs: lines(sides.theirs) };
        expect(await isReadable(kind.path, all, lines(merged.text))).toBe(true);
      }),
      runs,
    );
    // A property of nothing proves nothing.
    expect(resolved).toBeGreaterThan(0);
  });

  test("who merges whom changes nothing but the order of what both added", async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (both) => {
        const sides = three(kind, both);
        const merged = await resolve(kind.path, sides);
        const swapped = await resolve(kind.path, { ...sides, ours: sides.theirs, theirs: sides.ours });
        expect(swapped && [swapped.by, said(swapped.text).sort()]).toEqual(
          merged && [merged.by, said(merged.text).sort()],
        );
      }),
      runs,
    );
  });

  test("an entry that both changed, or one changed and the other took out, is never settled", async () => {
    const clashes = fc.constantFrom<readonly [Edit, Edit]>(
      ["change", "change"],
      ["change", "drop"],
      ["drop", "change"],
    );
    await fc.assert(
      fc.asyncProperty(edits, clashes, async (both, [ours, theirs]) => {
        const sides = three(kind, { ours: [...both.ours, ours], theirs: [...both.theirs, theirs] });
        expect(await resolve(kind.path, sides)).toBeUndefined();
      }),
      runs,
    );
  });

  test("line ends, a byte order mark and the end of the text stay as they are", async () => {
    const ways: readonly ((text: string) => string)[] = [
      (text) => text.replaceAll("\n", "\r\n"),
      (text) => `\uFEFF${text}`,
      (text) => text.replace(/\n+$/, ""),
    ];
    await fc.assert(
      fc.asyncProperty(edits, fc.constantFrom(...ways), async (both, way) => {
        const sides = three(kind, both);
        const merged = await resolve(kind.path, sides);
        const { base, ours, theirs } = sides;
        const changed = await resolve(kind.path, { base: way(base), ours: way(ours), theirs: way(theirs) });
        if (merged && changed) expect(changed.text.replace(/\s+$/, "")).toBe(way(merged.text).replace(/\s+$/, ""));
        // An empty line that has become the last one looks like the end of the line before it.
        const endsEmpty = merged?.text.endsWith("\n\n") ?? false;
        if (changed && changed.text.replace("\uFEFF", "") !== "" && !endsEmpty)
          expect(changed.text.endsWith("\n")).toBe(way(base + ours + theirs).endsWith("\n"));
      }),
      { numRuns: 15 },
    );
  });
});
