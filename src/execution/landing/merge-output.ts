import type { GitOutput } from "../git/runner.ts";

/** What excludes what at a path. */
export type ConflictKind =
  | "content"
  | "add/add"
  | "modify/delete"
  | "rename/delete"
  | "rename/rename"
  | "rename/add"
  | "file/directory"
  | "directory_rename"
  | "distinct_types"
  | "binary"
  | "submodule"
  | "other";

/** A path that a merge could not settle, with the blobs of the base, ours and theirs as far as they are there. */
export interface UnsettledPath {
  readonly path: string;
  readonly kind: ConflictKind;
  readonly say: string;
  readonly stages: { readonly base?: string; readonly ours?: string; readonly theirs?: string };
}

/** What `merge-tree --write-tree -z` says. */
export interface MergeOutput {
  readonly tree: string;
  readonly unsettled: readonly UnsettledPath[];
}

/** Reads the tree, then the stages of unsettled paths up to an empty field, then messages. */
export function parseMerge({ stdout, exitCode }: GitOutput): MergeOutput {
  const fields = stdout.toString("utf8").split("\0");
  const tree = fields[0] ?? "";
  if (exitCode === 0) return { tree, unsettled: [] };
  const end = fields.indexOf("", 1);
  const stages = readStages(fields.slice(1, end));
  const messages = readMessages(fields.slice(end + 1)).filter((message) => message.type.startsWith("CONFLICT"));
  const paths = new Set([...stages.keys(), ...messages.flatMap((message) => message.paths.slice(0, 1))]);
  return { tree, unsettled: [...paths].sort().map((path) => describe(path, stages.get(path) ?? {}, messages)) };
}

type Stages = UnsettledPath["stages"];

interface Message {
  readonly paths: readonly string[];
  readonly type: string;
  readonly text: string;
}

const SIDES = { 1: "base", 2: "ours", 3: "theirs" } as const;

function readStages(fields: readonly string[]): Map<string, Stages> {
  const stages = new Map<string, Stages>();
  for (const field of fields) {
    const [, oid = "", stage, path = ""] = field.match(/^\d+ ([0-9a-f]+) ([123])\t([\s\S]*)$/) ?? [];
    const side = SIDES[Number(stage) as keyof typeof SIDES];
    stages.set(path, { ...stages.get(path), [side]: oid });
  }
  return stages;
}

function readMessages(fields: readonly string[]): readonly Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < fields.length - 1; ) {
    const count = Number(fields[at]);
    const paths = fields.slice(at + 1, at + 1 + count);
    const [type = "", text = ""] = fields.slice(at + 1 + count, at + 3 + count);
    messages.push({ paths, type, text: text.trim() });
    at += count + 3;
  }
  return messages;
}

/** Git's type of message, and what we call it; the first that fits a path's messages wins. */
const KINDS: readonly (readonly [string, ConflictKind])[] = [
  ["(binary)", "binary"],
  ["(submodule", "submodule"],
  ["(rename involved in collision)", "rename/add"],
  ["(rename/rename)", "rename/rename"],
  ["(rename/delete)", "rename/delete"],
  ["(modify/delete)", "modify/delete"],
  ["(file/directory)", "file/directory"],
  ["(distinct modes)", "distinct_types"],
  ["directory rename", "directory_rename"],
  ["dir rename", "directory_rename"],
  ["(contents)", "content"],
];

function describe(path: string, stages: Stages, all: readonly Message[]): UnsettledPath {
  const messages = all.filter((message) => message.paths.includes(path));
  const [, found = "other"] = KINDS.find(([type]) => messages.some((message) => message.type.includes(type))) ?? [];
  const kind = found === "content" && stages.base === undefined ? "add/add" : found;
  return { path, kind, say: messages.map((message) => message.text).join("\n"), stages };
}
