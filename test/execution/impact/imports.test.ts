/** What each language's imports mean in a tree. */
import { describe, expect, test } from "vitest";
import { edgesOf, indexed } from "./indexed.ts";

type Files = Readonly<Record<string, string>>;

async function edges(files: Files): Promise<readonly string[]> {
  const it = await indexed(files);
  try {
    return edgesOf(await it.known());
  } finally {
    it.remove();
  }
}

/** Each case in a folder of its own, all in one repository. */
async function edgesOfEach(
  cases: Readonly<Record<string, Files>>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const folders = Object.entries(cases).map(([name, files], number) => ({ name, files, folder: `case${number}/` }));
  const all = folders.flatMap(({ files, folder }) =>
    Object.entries(files).map(([path, text]) => [folder + path, text]),
  );
  const found = await edges(Object.fromEntries(all));
  return Object.fromEntries(
    folders.map(({ name, folder }) => [
      name,
      found.filter((edge) => edge.startsWith(folder)).map((edge) => edge.replaceAll(folder, "")),
    ]),
  );
}

/** A file, its text, and what it imports. */
type Forms = Readonly<Record<string, readonly [path: string, text: string, found: readonly string[]]>>;

/** What each form imports of the same files; files called x are told apart by numbers. */
async function eachBeside(files: Files, forms: Forms) {
  const cases = Object.entries(forms).map(([name, [path, text, wanted]], number) => {
    return { name, path: path.replace(/\/x\.(?=\w+$)/, `/x${number}.`), text, wanted };
  });
  const all = await edges({ ...files, ...Object.fromEntries(cases.map(({ path, text }) => [path, text])) });
  const found = cases.map(({ name, path }) => [
    name,
    all.filter((edge) => edge.startsWith(`${path} > `)).map((edge) => edge.slice(path.length + 3)),
  ]);
  return {
    found: Object.fromEntries(found),
    wanted: Object.fromEntries(cases.map(({ name, wanted }) => [name, wanted])),
  };
}

const json = (value: unknown) => JSON.stringify(value);

describe("a script imports", () => {
  const forms: Readonly<Record<string, string>> = {
    "a static import": 'import { b } from "./b.ts";',
    "an import for what it does": 'import "./b";',
    "a type": 'import type { B } from "./b.js";',
    "a default import": 'import b from "./b.ts"',
    "all of a module": 'import * as b from "./b.ts"',
    "a re-export": 'export { b as c } from "./b.ts";',
    "a re-export of all": 'export * from "./b.ts";',
    "a dynamic import": 'const b = await import("./b.ts");',
    "a dynamic import in backquotes": "const b = import(`./b.ts`);",
    "a require": 'const b = require("./b");',
    "a require in a function": "function f() { return require('./b').b; }",
    "the place of a module": 'const at = require.resolve("./b");',
    "an import by require": 'import b = require("./b");',
    "a type from afar": 'let b: import("./b").B;',
    "a decorated class beside it": 'import { b } from "./b"; @b() class C {}',
    "a path with a query": 'import text from "./b.ts?raw";',
    "a path that goes up and down": 'import { b } from "../x/./b.ts";',
  };
  test("in each of its forms", async () => {
    const b = "export const b = 1; export type B = 1; export default b;";
    const cases = Object.entries(forms).map(([name, text]) => [name, { "x/a.ts": text, "x/b.ts": b }]);
    const wanted = Object.keys(forms).map((name) => [name, ["x/a.ts > x/b.ts"]]);
    expect(await edgesOfEach(Object.fromEntries(cases))).toEqual(Object.fromEntries(wanted));
  });

  const places: Readonly<Record<string, Files>> = {
    "a folder by its index": { "a.js": 'import "./b"', "b/index.js": "" },
    "a folder by its package": {
      "a.js": 'import "./b"',
      "b/package.json": json({ main: "main.js" }),
      "b/index.js": "",
      "b/main.js": "",
    },
    "the folder that it is in": { "x/a.ts": 'import "."', "x/index.ts": "" },
    "a name with dots": { "a.ts": 'import "./b.service"', "b.service.ts": "" },
    data: { "a.ts": 'import "./b.json"', "b.json": "{}" },
    "a source by the name of what is built of it": { "a.ts": 'import "./b.mjs"', "b.mts": "" },
    "by paths of a tsconfig": {
      "tsconfig.json": '{ /* ours */ "compilerOptions": { "paths": { "@/*": ["./src/*"] }, }, }',
      "a.ts": 'import "@/deep/b"',
      "src/deep/b.ts": "",
    },
    "by paths of a tsconfig that another extends": {
      "config/tsconfig.base.json": json({ compilerOptions: { baseUrl: "../lib", paths: { "~*": ["*"] } } }),
      "app/tsconfig.json": json({ extends: "../config/tsconfig.base" }),
      "app/a.ts": 'import "~b"',
      "lib/b.ts": "",
    },
    "by baseUrl": {
      "jsconfig.json": json({ compilerOptions: { baseUrl: "src" } }),
      "src/x/a.js": 'import "y/b"',
      "src/y/b.js": "",
    },
    "by the paths of a sister of tsconfig.json": {
      "tsconfig.json": json({ files: [], references: [{ path: "./tsconfig.app.json" }] }),
      "tsconfig.app.json": json({ compilerOptions: { paths: { "@/*": ["./src/*"] } } }),
      "src/a.ts": 'import "@/b"',
      "src/b.ts": "",
    },
    "by imports of its package": {
      "package.json": json({ imports: { "#lib/*": "./src/*.js" } }),
      "a.js": 'import "#lib/b"',
      "src/b.js": "",
    },
    "a package of the workspace": {
      "packages/b/package.json": json({ name: "@all/b", main: "./dist/index.js" }),
      "packages/a/a.ts": 'import "@all/b"',
      "packages/b/src/index.ts": "",
    },
    "what a package of the workspace exports": {
      "packages/b/package.json": json({ name: "exporting", exports: { "./part/*": { import: "./dist/part/*.js" } } }),
      "packages/a/a.ts": 'import "exporting/part/x"',
      "packages/b/src/part/x.ts": "",
    },
    "a file of a package of the workspace": {
      "packages/b/package.json": json({ name: "plain" }),
      "packages/a/a.js": 'require("plain/lib/x")',
      "packages/b/lib/x.js": "",
    },
  };
  /** The last file of each is what is meant. */
  const wanted = Object.fromEntries(
    Object.entries(places).map(([name, files]) => [name, Object.keys(files).slice(-1)]),
  );

  test("what a path, a configuration or a package leads to", async () => {
    const found = await edgesOfEach(places);
    const targets = Object.entries(found).map(([name, edges]) => [
      name,
      edges.map((edge) => edge.replace(/.* > /, "")),
    ]);
    expect(Object.fromEntries(targets)).toEqual(wanted);
  });

  test("nothing of packages from elsewhere, of Node, of other hosts, or outside of the tree", async () => {
    const text = ["zod", "node:fs", "https://x.test/a.js", "../../b", "/b", "#none", "./none"].map(
      (one) => `import "${one}";`,
    );
    expect(await edges({ "a.ts": text.join("\n"), "b.ts": "", "zod.ts": "" })).toEqual([]);
  });

  test("not what only a comment or a text names", async () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a module
      '// import "./b"\n/* require("./b") */ const s = \'require("./b")\'; x.require("./b"); import(`./${s}`);';
    expect(await edges({ "a.ts": text, "b.ts": "" })).toEqual([]);
  });

  test("the source where what is built of it lies beside it, and a script what it is told", async () => {
    const files = { "b.js": "", "b.ts": "", "a.ts": 'import "./b.js"', "c.js": 'import "./b.js"' };
    expect(await edges(files)).toEqual(["a.ts > b.ts", "c.js > b.js"]);
  });
});

describe("what Python imports", () => {
  const files = {
    "src/app/__init__.py": "",
    "src/app/core.py": "",
    "src/app/logging.py": "",
    "src/app/sub/__init__.py": "",
    "src/app/sub/deep.py": "",
    "scripts/tool.py": "",
  };
  const forms: Forms = {
    "a module": ["tests/x.py", "import app.core", ["src/app/core.py"]],
    "a module by another name": ["tests/x.py", "import os, app.core as c", ["src/app/core.py"]],
    "a package": ["tests/x.py", "import app", ["src/app/__init__.py"]],
    "a module from a package": ["tests/x.py", "from app import core", ["src/app/core.py"]],
    "a name from a module": ["tests/x.py", "from app.core import (\n  run,\n  stop as halt,\n)", ["src/app/core.py"]],
    "everything from a module": ["tests/x.py", "from app.core import *", ["src/app/core.py"]],
    "in a function": ["tests/x.py", "def f():\n    from app.sub import deep", ["src/app/sub/deep.py"]],
    "an attribute of a module": ["tests/x.py", "import app.core.run", ["src/app/core.py"]],
    "a sister": ["src/app/x.py", "from . import core", ["src/app/core.py"]],
    "from a sister": ["src/app/x.py", "from .core import run", ["src/app/core.py"]],
    "from the package above": ["src/app/sub/x.py", "from ..core import run", ["src/app/core.py"]],
    "its own package": ["src/app/sub/x.py", "from . import name", ["src/app/sub/__init__.py"]],
    "beside a script": ["scripts/x.py", "import tool", ["scripts/tool.py"]],
    "not the standard library from within a package": ["src/app/x.py", "import logging", []],
    "not a script elsewhere": ["src/app/x.py", "import tool", []],
    "nothing of others": ["src/app/x.py", "from .none import x\nimport requests", []],
  };
  test("in each of its forms", async () => {
    const { found, wanted } = await eachBeside(files, forms);
    expect(found).toEqual(wanted);
  });
});

describe("what Rust imports", () => {
  const files = {
    "Cargo.toml": '[workspace]\nmembers = ["a", "b-side"]',
    "a/Cargo.toml": '[package]\nname = "a"',
    "a/src/lib.rs": "",
    "a/src/one.rs": "",
    "a/src/two/mod.rs": "",
    "a/src/two/deep.rs": "",
    "b-side/Cargo.toml": '[package]\nname = "b-side"',
    "b-side/src/lib.rs": "",
    "b-side/src/part.rs": "",
  };
  const forms: Forms = {
    "a module": ["a/src/main.rs", "mod one; pub(crate) mod two;", ["a/src/one.rs", "a/src/two/mod.rs"]],
    "by the crate": ["a/src/x.rs", "use crate::one::Thing;", ["a/src/one.rs"]],
    "a tree": ["a/src/x.rs", "use crate::{one::{self, f}, two::deep::*};", ["a/src/one.rs", "a/src/two/deep.rs"]],
    "what the crate's root has": ["a/src/x.rs", "use crate::Thing;", ["a/src/lib.rs"]],
    "from above": [
      "a/src/two/x.rs",
      "use super::deep::f; use super::super::one;",
      ["a/src/one.rs", "a/src/two/deep.rs"],
    ],
    "from above a module in the file": [
      "a/src/x.rs",
      "mod tests { use super::super::one::f; use super::*; }",
      ["a/src/one.rs"],
    ],
    "another crate": ["a/src/x.rs", "use b_side::part::f;", ["b-side/src/part.rs"]],
    "another crate's root": [
      "a/tests/it.rs",
      "use b_side::Thing as T;\nextern crate a;",
      ["a/src/lib.rs", "b-side/src/lib.rs"],
    ],
    "nothing of others": ["a/src/x.rs", "use std::io; use serde::{Deserialize}; // use crate::one;", []],
  };
  test("in each of its forms", async () => {
    const { found, wanted } = await eachBeside(files, forms);
    expect(found).toEqual(wanted);
  });
});

describe("packages and namespaces", () => {
  test("of Go are all files of a folder but its tests", async () => {
    const files = {
      "go.mod": "module example.com/m // ours\n\ngo 1.22\n",
      "x/a.go": "package x",
      "x/b.go": "package x",
      "x/b_test.go": "package x",
      "tools/go.mod": "module example.com/m/tools",
      "tools/y/c.go": "package y",
      "main.go":
        '// func notYet\npackage main\n/*\nfunc f\n*/\nimport (\n\t"fmt"\n\tz "example.com/m/x"\n\t. "example.com/m/tools/y"\n)\nfunc main() {}\n',
    };
    expect(await edges(files)).toEqual(["main.go > tools/y/c.go", "main.go > x/a.go", "main.go > x/b.go"]);
  });

  test("of Java are classes, packages, and members of classes", async () => {
    const files = {
      "src/p/A.java": "package p;\npublic class A { static int m; static class In {} }",
      "src/p/B.java": "package p;\nclass B {}",
      "src/q/One.java": "package q;\nimport p.A;\nclass One {}",
      "src/q/All.java": "package q;\nimport p.*;\nclass All {}",
      "src/q/Static.java": "package q;\nimport static p.A.m;\nimport java.util.List;\nclass Static {}",
      "src/q/Inner.java": "/*\nclass X\n*/\npackage q;\nimport p . A . In;\nclass Inner {}",
    };
    expect(await edges(files)).toEqual([
      "src/q/All.java > src/p/A.java",
      "src/q/All.java > src/p/B.java",
      "src/q/Inner.java > src/p/A.java",
      "src/q/One.java > src/p/A.java",
      "src/q/Static.java > src/p/A.java",
    ]);
  });

  test("of C# are namespaces, however they are declared, and types of them", async () => {
    const files = {
      "A.cs": "namespace N.A;\npublic class A {}",
      "B.cs": "namespace N.B { public class B {} }",
      "Uses.cs": "using System;\nglobal using N.A;\nnamespace M { using N.B; class C {} }",
      "Static.cs": "using static N.B.B;\nclass D {}",
      "Alias.cs": "using X = N.A.A;\nclass E {}",
    };
    expect(await edges(files)).toEqual(["Alias.cs > A.cs", "Static.cs > B.cs", "Uses.cs > A.cs", "Uses.cs > B.cs"]);
  });
});

test("the names that a module exports are known, with those that it passes on", async () => {
  const it = await indexed({
    "a.ts":
      'export const x = 1, { y } = z; export default 1; export type T = 1; export * from "./b"; export * as all from "./c";',
    "b.ts":
      'export function f() {} export class K {} export * from "./a"; export { q as r } from "./c"; export default 2;',
    "c.js": "exports.one = 1; module.exports.two = 2;",
    "d.js": "module.exports = { three, four: 4 };",
    "e.py": "def f(): pass\nclass K: pass\nX = 1\n@d\ndef g(): pass\nif X:\n    y = 2\n",
    "f.rs": "pub fn f() {} fn hidden() {} pub struct S; pub(crate) const C: i32 = 1;",
  });
  const { graph } = await it.known();
  const names = (path: string) => [...(graph.exportsOf(path) ?? ["none"])].sort();
  expect(names("a.ts")).toEqual(["K", "T", "all", "default", "f", "r", "x", "y"]);
  expect(names("c.js")).toEqual(["one", "two"]);
  expect(names("d.js")).toEqual(["four", "three"]);
  expect(names("e.py")).toEqual(["K", "X", "f", "g"]);
  expect(names("f.rs")).toEqual(["C", "S", "f"]);
  expect(names("none.ts")).toEqual(["none"]);
  it.remove();
});
