import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readJunit } from "../../../src/execution/gates/junit.ts";
import { lookForReports, readReports } from "../../../src/execution/gates/reports.ts";
import { TapReader } from "../../../src/execution/gates/tap.ts";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "interlock-reports-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  fill(folder, files);
  return folder;
}

function fill(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const junit = (tests: string) =>
  `<?xml version="1.0"?><testsuites><testsuite name="s">${tests}</testsuite></testsuites>`;
const passes = '<testcase classname="a.B" name="adds"/>';
const fails =
  '<testcase classname="a.B" name="subtracts &amp; more"><failure message="no">at &lt;x&gt;</failure></testcase>';

const tap = (text: string) => {
  const reader = new TapReader();
  // In pieces, as it comes.
  for (let at = 0; at < text.length; at += 7) reader.add(Buffer.from(text.slice(at, at + 7)));
  return reader.report();
};

test("JUnit XML: what passed, failed or was left out is counted, and what failed is named", () => {
  const more = '<testcase name="c"><error/></testcase><testcase name="d"><skipped/></testcase>';
  expect(readJunit(junit(passes + fails + more))).toEqual({
    tests: { passed: 1, failed: 2, skipped: 1 },
    failed: ["a.B > subtracts & more", "c"],
  });
});

test("a report that is broken, cut off, or something else is not read", () => {
  expect(readJunit(junit(passes).slice(0, -20))).toBe(undefined);
  expect(readJunit("<html></html>")).toBe(undefined);
  expect(readJunit('<!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>')).toBe(undefined);
});

test("a failure whose message is very long is read all the same", () => {
  const long = `<testcase name="x"><failure message="${"m".repeat(300_000)}"/></testcase>`;
  expect(readJunit(junit(long))).toMatchObject({ tests: { failed: 1 }, failed: ["x"] });
});

test("TAP: subtests count instead of what sums them up, under the names of what they stand in", () => {
  const text = `TAP version 14
# Subtest: sums
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 1
      ...
    not ok 2 - carries
    1..2
not ok 1 - sums
ok 2 - alone # time=3ms
not ok 3 - later # TODO not yet
1..3
`;
  expect(tap(text)).toEqual({ tests: { passed: 2, failed: 1, skipped: 1 }, failed: ["sums > carries"] });
});

test("TAP without its version is known by its plan, and nothing else is TAP", () => {
  expect(tap("> npm test\n1..1\nnot ok 1\n")).toEqual({
    tests: { passed: 0, failed: 1, skipped: 0 },
    failed: ["test 1"],
  });
  expect(tap("ok then\nnot ok at all\n")).toBe(undefined);
  expect(tap("1..3\nthat was a list\n")).toBe(undefined);
});

test("[J3] a report that an earlier run left is not read, one that was written again is", async () => {
  const folder = folderWith({ "out/a.xml": junit(passes), "out/b.xml": junit(passes), "other.xml": junit(fails) });
  const before = await lookForReports(folder, "out/*.xml");
  expect(await readReports(folder, "out/*.xml", before)).toBe(undefined);
  rmSync(join(folder, "out/b.xml"));
  fill(folder, { "out/b.xml": junit(fails), "out/c.xml": junit(passes), "other.xml": junit(fails + fails) });
  expect(await readReports(folder, "out/*.xml", before)).toEqual({
    tests: { passed: 1, failed: 1, skipped: 0 },
    failed: ["a.B > subtracts & more"],
  });
});

test("a pattern reaches below folders, and a link leads nowhere", async () => {
  const outside = folderWith({ "secret.xml": junit(fails) });
  const folder = folderWith({ "a/build/x.xml": junit(passes), "b/c/build/y.xml": junit(passes) });
  symlinkSync(join(outside, "secret.xml"), join(folder, "a/build/z.xml"));
  symlinkSync(outside, join(folder, "b/build"));
  const found = await readReports(folder, "**/build/*.xml", new Map());
  expect(found?.tests).toEqual({ passed: 2, failed: 0, skipped: 0 });
});

test("TAP in a file is read too, and what cannot be read takes nothing from the others", async () => {
  const folder = folderWith({ "r/a.tap": "1..1\nok 1 - x\n", "r/b.xml": "<testsuite>", "r/c.xml": junit(fails) });
  expect((await readReports(folder, "r", new Map()))?.tests).toEqual({ passed: 1, failed: 1, skipped: 0 });
});
