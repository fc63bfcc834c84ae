import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { parseConfig } from "../../../../src/config/config.ts";
import { resolveMerge } from "../../../../src/execution/landing/resolution/resolve-merge.ts";
import { type TemporaryRepository, temporaryRepository, whatIsTheUsers } from "../../git/temporary-repository.ts";

let repository: TemporaryRepository | undefined;

afterEach(() => repository?.remove());

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** Both sides raise the version, which stands in the manifest and in the lock file. */
function raised(lock = "package-lock.json", needs = false) {
  repository = temporaryRepository();
  const { write, commit, sh } = repository;
  const at = (version: string) => {
    write({
      "sub/package.json": json({ name: "x", version }),
      [`sub/${lock}`]: json({
        name: "x",
        version,
        lockfileVersion: 3,
        requires: true,
        packages: { "": { name: "x", version }, ...(needs ? { "node_modules/a": { version } } : {}) },
      }),
    });
    return commit(version);
  };
  const base = at("1.0.0");
  const ours = at("1.2.0");
  sh(["reset", "-q", "--hard", base]);
  return { repository, request: { ours, theirs: at("1.1.0") } };
}

function commands(yaml: string) {
  const parsed = parseConfig(`merge: {lock_files: [${yaml}]}`);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return { lockFiles: parsed.config.merge.lockFiles };
}

describe("lock files", () => {
  test("are left to people unless the config says how they are written", async () => {
    const { repository, request } = raised("package-lock.json", true);
    const merged = await resolveMerge(repository.git, request);
    expect(merged).toMatchObject({
      clean: false,
      conflicts: [{ path: "sub/package-lock.json" }],
      resolved: [{ path: "sub/package.json", by: "manifest" }],
    });
  });

  test("repeat the version of the package itself, which needs no package manager", async () => {
    const { repository, request } = raised();
    const merged = await resolveMerge(repository.git, request);
    expect(merged).toMatchObject({
      clean: true,
      resolved: [
        { path: "sub/package-lock.json", by: "version" },
        { path: "sub/package.json", by: "manifest" },
      ],
    });
    const lock = JSON.parse(repository.sh(["show", `${merged.tree}:sub/package-lock.json`]));
    expect(lock).toMatchObject({ version: "1.2.0", packages: { "": { version: "1.2.0" } } });
  });

  test("are written by their package manager for what was merged, beside the user's checkout", async () => {
    const { repository, request } = raised();
    const before = whatIsTheUsers(repository);
    const merged = await resolveMerge(repository.git, request, commands("npm"));
    expect(merged).toMatchObject({
      clean: true,
      resolved: [
        { path: "sub/package.json", by: "manifest" },
        { path: "sub/package-lock.json", by: "lock_file" },
      ],
    });
    const lock = JSON.parse(repository.sh(["show", `${merged.tree}:sub/package-lock.json`]));
    expect(lock).toMatchObject({ version: "1.2.0", packages: { "": { version: "1.2.0" } } });
    expect(whatIsTheUsers(repository)).toEqual(before);
    expect(existsSync(join(repository.root, "node_modules"))).toBe(false);
  });

  test.each([
    ["fails", "exit 1"],
    ["writes no file of the format", "echo broken > my.json"],
    ["leaves markers", "printf '<<<<<<< a\\n' > my.json"],
    ["takes the file away", "rm my.json"],
  ])("stay a conflict when the command %s", async (_, run) => {
    const { repository, request } = raised("my.json");
    const merged = await resolveMerge(
      repository.git,
      request,
      commands(`{file: my.json, run: "${run.replaceAll("\\", "\\\\")}"}`),
    );
    expect(merged).toMatchObject({ clean: false, conflicts: [{ path: "sub/my.json" }] });
    expect(repository.sh(["show", `${merged.tree}:sub/my.json`])).toContain("<<<<<<<");
  });

  test("a command of one's own sees the merged files, and only its own file counts", async () => {
    const { repository, request } = raised("my.json");
    const run = "cat package.json > my.json; echo more >> package.json";
    const merged = await resolveMerge(repository.git, request, commands(`{file: my.json, run: "${run}"}`));
    const { sh } = repository;
    expect(merged).toMatchObject({ clean: true });
    expect(sh(["show", `${merged.tree}:sub/my.json`])).toBe(sh(["show", `${merged.tree}:sub/package.json`]));
    expect(sh(["show", `${merged.tree}:sub/package.json`])).toContain('"1.2.0"');
  });
});
