/** The process that knows, as it is shipped. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Git } from "../../../src/execution/git/runner.ts";
import type { Impact } from "../../../src/execution/impact/impact.ts";
import { type TemporaryRepository, temporaryRepository } from "../git/temporary-repository.ts";

const { openImpact } = (await import(new URL("../../../dist/execution/impact/impact.js", import.meta.url).href)) as {
  readonly openImpact: (options: { readonly git: Git; readonly folder: string }) => Impact;
};

let repository: TemporaryRepository;
let impact: Impact;

function open(files: Readonly<Record<string, string>>): void {
  repository = temporaryRepository(files);
  impact = openImpact({ git: repository.git, folder: join(repository.gitDir, "interlock") });
}

afterEach(async () => {
  await impact.close();
  repository.git.close();
  repository.remove();
});

test("answers about any commit, one question after another", async () => {
  open({ "a.ts": 'import "./b"', "b.ts": "export const b = 1" });
  const first = repository.sh(["rev-parse", "HEAD"]);
  repository.write({ "c.ts": 'import "./b"' });
  const second = repository.commit("more");
  const affectedAt = async (commit: string) =>
    (await impact.impactOf(commit, { paths: ["b.ts"] })).affected.map(({ id }) => id).sort();
  const answers = [first, second, first].map(affectedAt);
  expect(await Promise.all(answers)).toEqual([["a.ts"], ["a.ts", "c.ts"], ["a.ts"]]);
  expect(await impact.exportsOf(first, "b.ts")).toEqual(["b"]);
  expect(await impact.exportsOf(first, "none.ts")).toBeUndefined();
});

test("a source that ends its reader is passed by, and everything else is known all the same", async () => {
  const deep = `import "./b";${"[".repeat(100_000)}`;
  open({ "a.ts": 'import "./b"', "b.ts": "", "deep.ts": deep, "deeper.ts": `${deep} //`, "z.ts": 'import "./b"' });
  const { affected } = await impact.impactOf("HEAD", { paths: ["b.ts"] });
  expect(affected.map(({ id }) => id).sort()).toEqual(["a.ts", "z.ts"]);
});

test("a commit that is not there is said to be not there, and the next question is answered", async () => {
  open({ "a.ts": 'import "./b"', "b.ts": "" });
  await expect(impact.prepare("0".repeat(40))).rejects.toThrow("there is no commit");
  expect((await impact.impactOf("HEAD", { paths: ["b.ts"] })).affected).toHaveLength(1);
});

test("a question that is open when it is closed fails, and nothing is left running or lying about", async () => {
  open({ "a.ts": "" });
  const asked = impact.prepare("HEAD");
  const failed = expect(asked).rejects.toThrow("closed");
  await impact.close();
  await failed;
  await expect(impact.prepare("HEAD")).rejects.toThrow("closed");
  expect(readdirSync(join(repository.gitDir, "interlock", "tmp"))).toEqual([]);
});

test("leaves checkout, index and refs as they are", async () => {
  open({ "a.ts": "" });
  const before = readFileSync(join(repository.gitDir, "index"));
  await impact.prepare("HEAD");
  expect(readFileSync(join(repository.gitDir, "index"))).toEqual(before);
  expect(repository.sh(["for-each-ref"]).split("\n")).toHaveLength(1);
  expect(repository.sh(["status", "--porcelain"])).toBe("");
});

test("who cannot wait for clashes goes without them, and nothing is left to fail", async () => {
  open({ "a.ts": "" });
  const nodes = ["a", "b"].map((id) => ({ id, writes: [], edits: ["a.ts"], dependsOn: [] }));
  expect(await impact.clashesWithin(0, "HEAD", nodes)).toBeUndefined();
  expect(await impact.clashesWithin(60_000, "HEAD", nodes)).toHaveLength(1);
});
