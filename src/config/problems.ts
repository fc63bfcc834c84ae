/** Turns what a schema finds wrong into sentences that a person or a model can act on. */
import type { z } from "zod";

/** One thing that is wrong with an input; `path` is empty when it is the input as a whole. */
export interface Problem {
  readonly code?: string;
  readonly path: string;
  readonly problem: string;
}

type Issue = z.core.$ZodIssue;

/** All that a schema found wrong with an input, each with its place and in plain words. */
export function problemsOf(issues: readonly Issue[], input: unknown): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, input));
}

/** Writes a place as `nodes.2.writes.0`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function problemsOfIssue(issue: Issue, input: unknown): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      code: "unknown_key",
      path: pathText([...issue.path, key]),
      problem: "is not a known key",
    }));
  }
  const problem = { path: pathText(issue.path), problem: wordsFor(issue, valueAt(input, issue.path)) };
  const code = issue.code === "custom" ? issue.params?.["code"] : undefined;
  return [typeof code === "string" ? { code, ...problem } : problem];
}

function wordsFor(issue: Exclude<Issue, { code: "unrecognized_keys" }>, value: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      if (value === undefined) return `is missing; it must be ${typeNames[issue.expected] ?? issue.expected}`;
      return `must be ${typeNames[issue.expected] ?? issue.expected}, not ${nameOf(value)}`;
    case "invalid_value":
      return `${value === undefined ? "is missing; it " : ""}must be one of ${issue.values.map((one) => JSON.stringify(one)).join(", ")}`;
    case "too_small":
      if (issue.origin === "string")
        return issue.minimum === 1 ? "must not be empty" : `must have at least ${issue.minimum} characters`;
      if (issue.origin === "array")
        return issue.minimum === 1 ? "must not be empty" : `must have at least ${issue.minimum} entries`;
      return issue.inclusive === false ? `must be more than ${issue.minimum}` : `must be at least ${issue.minimum}`;
    case "too_big":
      if (issue.origin === "string") return `must have at most ${issue.maximum} characters`;
      if (issue.origin === "array") return `must have at most ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}`;
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function nameOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "number" && !Number.isInteger(value)) return `the number ${value}`;
  return typeNames[typeof value] ?? `a ${typeof value}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
