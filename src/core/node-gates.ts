/**
 * Gates that look at a node alone: at what was handed in, as it was handed in. They run beside those of its candidate, once for each
 * submission, since it does not change when candidates are built anew.
 *
 * [T9] A node lands only after its submission passed the gates that look at it alone; one that fails sends it back at once.
 */
import type { CommitId } from "./ids.ts";
import type { Node } from "./node/node.ts";
import type { Candidate } from "./train.ts";

/** What was handed in, as something that gates judge; undefined where nobody handed anything in. */
export function aloneOf({ state }: Node): Candidate | undefined {
  if (state.is !== "submitted" || !state.submission) return undefined;
  const { commit, tree, base, paths } = state.submission;
  return state.own ?? { commit, tree, onto: base, paths, ...unjudged(), alone: true, intended: false };
}

/** What gates have said of something by the time it is built: nothing. */
export function unjudged(): Pick<Candidate, "passed" | "failed" | "red" | "keys" | "running" | "doubted"> {
  const sets = { passed: new Set<string>(), red: new Set<string>(), doubted: new Set<string>() };
  return { ...sets, failed: new Map(), keys: new Map(), running: new Map() };
}

/** Whether gates judge a commit as what was handed in, instead of as a candidate. */
export function isAlone({ state }: Node, commit: CommitId): boolean {
  return state.is === "submitted" && state.candidate?.commit !== commit && state.submission?.commit === commit;
}

/** The node's candidate or its submission, whichever this commit is; undefined when it is neither any more. */
export function judgedAs(node: Node, commit: CommitId): Candidate | undefined {
  if (isAlone(node, commit)) return aloneOf(node);
  const candidate = node.state.is === "submitted" ? node.state.candidate : undefined;
  return candidate?.commit === commit ? candidate : undefined;
}

export function isNodeGate({ spec }: Node, gate: string): boolean {
  return spec.nodeGates?.includes(gate) ?? false;
}

/** Whether nothing that looks at the node alone holds it up. */
export function passesAlone(node: Node): boolean {
  const own = aloneOf(node);
  return !own || (node.spec.nodeGates ?? []).every((gate) => own.passed.has(gate));
}

/** What was handed in, once it failed a gate that looks at it alone. */
export function failedAlone(node: Node): Candidate | undefined {
  const own = aloneOf(node);
  return own && own.failed.size > 0 ? own : undefined;
}
