/** A graph that was brought from tree to tree is the one that would be made anew. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FileChange, ImportGraph } from "../../../src/execution/impact/import-graph.ts";
import { readSource, sourceLanguage } from "../../../src/execution/impact/reading/read-source.ts";
import { isProjectFile } from "../../../src/execution/impact/resolving/projects.ts";
import { edgesOf, indexed } from "./indexed.ts";

/** What a file may say; which of them others mean depends on which are there. */
const texts: Readonly<Record<string, readonly string[]>> = {
  "tsconfig.json": [
    '{"compilerOptions":{"paths":{"@/*":["./lib/*"]}}}',
    '{"compilerOptions":{"baseUrl":"lib"}}',
    "broken {",
  ],
  "lib/package.json": ['{"name":"lib","main":"./dist/b.js"}', '{"name":"other","exports":{"./b":"./b.js"}}'],
  "a.ts": ['import "./lib/b.js"; export * from "./lib"', 'import "lib"; import "@/b"; import "b"', 'import "other/b"'],
  "lib/b.ts": ['export const b = 1; import "../a"', 'export * from "../a"; export function f() {}'],
  "lib/b.js": ["exports.b = 1"],
  "lib/index.ts": ['export * from "./b"'],
  "lib/index.js": [""],
  "py/__init__.py": ["from . import m"],
  "py/m.py": ["import py.n, m", "from py import n"],
  "py/n.py": ["from .m import x"],
  "py/m/__init__.py": ["x = 1"],
  "m.py": ["import py.m"],
  "go.mod": ["module example.com/m", "module example.com/other"],
  "g/a.go": ['package g\nimport "example.com/m/h"', "package g"],
  "h/b.go": ["package h"],
  "h/c.go": ['package h\nimport "example.com/other/g"'],
  "Cargo.toml": ['[package]\nname = "crated"'],
  "src/lib.rs": ["mod one; mod two;"],
  "src/one.rs": ["use crate::two::deep;", "use crated::two;"],
  "src/two.rs": ["mod deep; use super::one::X;"],
  "src/two/mod.rs": ["use self::deep::y;"],
  "src/two/deep.rs": ["use super::super::one;"],
  "J.java": ["package p; import q.K; class J {}", "package p; import q.*; class J {}"],
  "K.java": ["package q; class K {}", "package r; class K {}"],
  "A.cs": ["namespace N; class A {}", "namespace M { class A {} }"],
  "B.cs": ["using N; using M;"],
};

const step = fc.record({
  path: fc.constantFrom(...Object.keys(texts)),
  variant: fc.option(fc.nat({ max: 2 }), { nil: undefined }),
});

async function changeTo(path: string, text: string | undefined): Promise<FileChange> {
  if (text === undefined) return { path };
  if (isProjectFile(path)) return { path, content: { text } };
  const language = sourceLanguage(path);
  if (language === undefined) return { path, content: {} };
  return { path, content: { source: { language, facts: await readSource(language, path, Buffer.from(text)) } } };
}

function everythingIn(graph: ImportGraph) {
  const paths = [...graph.paths].sort();
  return {
    edges: edgesOf({ graph }),
    importers: paths.map((path) => [path, [...graph.importersOf(path)].sort((a, b) => (a.path < b.path ? -1 : 1))]),
    exports: paths.map((path) => [path, [...(graph.exportsOf(path) ?? [])].sort()]),
  };
}

test("whatever comes, changes and goes, in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      async (trees) => {
        const graph = new ImportGraph();
        const now = new Map<string, string>();
        for (const steps of trees) {
          const before = new Map(now);
          for (const { path, variant } of steps) {
            if (variant === undefined) now.delete(path);
            else now.set(path, texts[path]?.[variant] ?? "");
          }
          const changed = Object.keys(texts).filter((path) => before.get(path) !== now.get(path));
          graph.apply(await Promise.all(changed.map((path) => changeTo(path, now.get(path)))));
          const anew = new ImportGraph();
          anew.apply(await Promise.all([...now].map(([path, text]) => changeTo(path, text))));
          expect(everythingIn(graph)).toEqual(everythingIn(anew));
        }
      },
    ),
    { numRuns: 60 },
  );
});

test("from commit to commit, forth and back, and only what changed is read", async () => {
  const it = await indexed({ "a.ts": 'import "./b"', "c.ts": 'import "./b/index"', "d.py": "import a" });
  const { repository } = it;
  const read: string[] = [];
  const index = await it.anew({ onReading: (content) => content !== "" && read.push(content) });
  try {
    const first = repository.sh(["rev-parse", "HEAD"]);
    await index.at(first);
    expect(read).toHaveLength(3);
    repository.write({ "b/index.ts": 'import "../a"', "a.py": "" });
    const second = repository.commit("more");
    expect(edgesOf(await index.at(second))).toEqual([
      "a.ts > b/index.ts",
      "b/index.ts > a.ts",
      "c.ts > b/index.ts",
      "d.py > a.py",
    ]);
    expect(read).toHaveLength(5);
    repository.sh(["mv", "b/index.ts", "b.ts"]);
    const third = repository.commit("moved");
    expect(edgesOf(await index.at(third))).toEqual(["a.ts > b.ts", "d.py > a.py"]);
    expect(edgesOf(await index.at(second))).toEqual(edgesOf(await (await it.anew()).at(second)));
    expect(edgesOf(await index.at(first))).toEqual([]);
    expect(read).toHaveLength(5);
  } finally {
    it.remove();
  }
});

test("the next process reads nothing that was kept", async () => {
  const it = await indexed({ "a.ts": 'import "./b"', "b.ts": "" });
  try {
    await it.known();
    await it.index.save();
    const read: string[] = [];
    const next = await it.anew({ kept: true, onReading: (content) => read.push(content) });
    expect(edgesOf(await next.at("HEAD"))).toEqual(["a.ts > b.ts"]);
    expect(read).toEqual([]);
  } finally {
    it.remove();
  }
});
