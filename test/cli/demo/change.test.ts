import { describe, expect, test } from "vitest";
import { changed, isChange, keepBothSides } from "../../../src/cli/demo/shop/change.ts";
import { finishedFiles } from "../../../src/cli/demo/shop/finished-files.ts";
import { firstFiles } from "../../../src/cli/demo/shop/first-files.ts";
import { shopNodes, shopPlanYaml } from "../../../src/cli/demo/shop/shop-plan.ts";

describe("what the demo's nodes change", () => {
  test("is the same whoever comes first, and however often it is done", () => {
    const files: Record<string, string> = { ...firstFiles, "plan.yaml": shopPlanYaml() };
    const backwards = [...shopNodes].reverse().flatMap(({ steps }) => steps.filter(isChange));
    for (const change of [...backwards, ...backwards]) files[change.path] = changed(files[change.path], change);
    expect(files).toEqual(finishedFiles());
  });

  test("lies within what the plan says that they write and edit, or is claimed on the way", () => {
    for (const { id, writes = [], edits = [], steps } of shopNodes) {
      const claimed = steps.flatMap((step) => (step.do === "claim" ? [step.path] : []));
      const paths = steps.filter(isChange).map(({ path }) => path);
      expect([...writes, ...edits, ...claimed], id).toEqual(expect.arrayContaining(paths));
    }
  });
});

describe("a conflict in which both sides have added lines", () => {
  const merged = "a\nb\nc\n";

  test("ends with the lines of both, each once and in the order of the alphabet", () => {
    expect(keepBothSides("a\n<<<<<<< ours\nc\n=======\nb\nc\n>>>>>>> theirs\n")).toBe(merged);
    expect(keepBothSides("<<<<<<< ours\nb\na\n=======\nc\n>>>>>>> theirs\n")).toBe(merged);
  });

  test("is resolved too where the base is shown, and where there are several", () => {
    expect(keepBothSides("a\n<<<<<<< ours\nb\n||||||| base\n=======\nc\n>>>>>>> theirs\n")).toBe(merged);
    const two = "<<<<<<< o\nb\n=======\na\n>>>>>>> t\n-\n<<<<<<< o\nd\n=======\nc\n>>>>>>> t\n";
    expect(keepBothSides(two)).toBe("a\nb\n-\nc\nd\n");
  });

  test("is resolved too where one lies in another", () => {
    const inner = "<<<<<<< x\nb\n=======\na\n>>>>>>> y\n";
    expect(keepBothSides(`<<<<<<< ours\n${inner}=======\nc\n>>>>>>> theirs\n`)).toBe(merged);
  });

  test("leaves text without conflicts as it is", () => {
    expect(keepBothSides("======= a line\n<<<<<<<\n")).toBe("======= a line\n<<<<<<<\n");
  });
});
