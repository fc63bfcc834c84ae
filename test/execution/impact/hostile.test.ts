/** Files that nobody can read, and files that were made so that nobody can. */
import { appendFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { edgesOf, indexed } from "./indexed.ts";

const others = { "b.ts": "", "b.py": "", "p/b.rs": "" };

const hostile: Readonly<Record<string, string>> = {
  "empty.ts": "",
  "binary.ts": 'import "./b"\0\u0001',
  "huge.ts": `import "./b";\n${"x = 1;\n".repeat(200_000)}`,
  "half.ts": 'import "./b"; export const = {{{',
  "half.py": "import b\ndef f(:\n  import",
  "half.rs": "mod b; use {{{;",
  "half.go": 'package x\nimport (\n"example.com/x',
  "half.java": "package ; import ;",
  "half.cs": "using ; namespace { {",
  "long-name.ts": `import "./${"x".repeat(5_000)}"; import "./b";`,
  "many.ts": Array.from({ length: 5_000 }, (_, i) => `import "./none${i}";`).join("\n"),
  "itself.ts": 'import "./itself"; export * from "./itself";',
  "package.json": "{ not json",
  "sub/tsconfig.json":
    '{"extends":"./tsconfig.json","compilerOptions":{"paths":{"*":"x","$&*":[1,"./$1/*"],"b":null}}}',
  "sub/a.ts": 'import "$&b"; import "b"; import "constructor"; import "__proto__";',
  "Cargo.toml": "[package\nname = ",
  "go.mod": "module",
  "ünï/ça.ts": 'import "../b"',
  "with space/and\nline.ts": 'import "../b.ts"',
  "__proto__.ts": 'import "./b"',
  "x.min.js": 'require("./b")',
  "node_modules/b/index.js": 'require("../../b")',
};

test("none of them keeps the others from being known", async () => {
  const it = await indexed({ ...others, ...hostile });
  try {
    const known = edgesOf(await it.known()).filter((edge) => !edge.startsWith("many"));
    expect(known).toEqual(
      [
        "half.py > b.py",
        "half.ts > b.ts",
        "long-name.ts > b.ts",
        "with space/and\nline.ts > b.ts",
        "__proto__.ts > b.ts",
        "ünï/ça.ts > b.ts",
      ].sort(),
    );
  } finally {
    it.remove();
  }
});

test("circles of imports and re-exports come to an end", async () => {
  const it = await indexed({
    "a.ts": 'export * from "./b"; export const a = 1;',
    "b.ts": 'export * from "./c"; export const b = 1;',
    "c.ts": 'export * from "./a"; export * from "./none"; export const c = 1;',
  });
  try {
    const { graph } = await it.known();
    expect([...(graph.exportsOf("c.ts") ?? [])].sort()).toEqual(["* ./none", "a", "b", "c"]);
  } finally {
    it.remove();
  }
});

test("links and submodules are not followed, and what is on the disk is not looked at", async () => {
  const it = await indexed({ "a.ts": 'import "./link"; import "./b"; import "./folder/c";' });
  const { repository } = it;
  try {
    symlinkSync("a.ts", join(repository.root, "link.ts"));
    symlinkSync("/", join(repository.root, "folder"));
    repository.commit("links");
    repository.write({ "b.ts": "" });
    expect(edgesOf(await it.known())).toEqual([]);
  } finally {
    it.remove();
  }
});

test("what was kept and cannot be read is made anew", async () => {
  const it = await indexed({ "a.ts": 'import "./b"', "b.ts": "" });
  const kept = join(it.repository.folder, "kept");
  try {
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, "facts.json"), '{"version":1,"facts":[["x"]]}');
    writeFileSync(join(kept, "history.json"), "no");
    const next = await it.anew({ kept: true });
    expect(edgesOf(await next.at("HEAD"))).toEqual(["a.ts > b.ts"]);
    await next.save();
    for (const file of readdirSync(kept)) appendFileSync(join(kept, file), "}");
    expect(edgesOf(await (await it.anew({ kept: true })).at("HEAD"))).toEqual(["a.ts > b.ts"]);
  } finally {
    it.remove();
  }
});
