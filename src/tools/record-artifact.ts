import { z } from "zod";
import type { InputProblem } from "../execution/answers.ts";
import type { RecordedArtifact } from "../execution/speculation/record-artifact.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, artifactKinds, artifactRef, idField, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

const link = artifactRef.extend({ type: z.enum(["implements", "tests", "consumes", "refines"]) });

const requirement = z.strictObject({ contract: idField, fields: z.array(textOf(500).min(1)).min(1).max(200) });

/** A diff of large texts is cut here, in characters. */
const mostShown = 20_000;

export const recordArtifact = defineTool({
  name: "record_artifact",
  profile: "planner",
  purpose:
    "Keep a version of a requirement, design or test, what it asks of contracts and what it hangs on. Whom a change hurts is found at once.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    action: z.enum(["record", "rollback"]).default("record"),
    kind: z.enum(artifactKinds),
    id: artifactRef.shape.id,
    version: idField.optional().describe("rollback: the one to go back to."),
    content: textOf(1_000_000).optional(),
    path: textOf(1024).min(1).optional().describe("Its file or pattern."),
    requires: z
      .array(requirement)
      .max(100)
      .optional()
      .meta({ items: { type: "object" }, description: "[{contract, fields}]" }),
    links: z
      .array(link)
      .max(200)
      .optional()
      .meta({ items: { type: "object" }, description: "[{type: implements|tests|consumes|refines, kind, id}]" }),
  },
  reply: replyOf({
    version: z.string(),
    changes: z.string(),
    cut: z.literal(true).optional(),
    invalidated: z.array(z.string()),
    conflicts: z.array(z.strictObject({ conflict_id: z.string(), type: z.string(), severity: z.string() })),
  }),
  run: async ({ agent, lease, action, kind, id, ...rest }, { execution, call }) => {
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const problems = problemsWith({ action, kind, ...rest });
    if (problems.length > 0) return { refused: "invalid_input", problems };
    const by = { agent, ...(lease === undefined ? {} : { lease }) };
    const request = { ...by, artifact: { kind, id }, rollback: action === "rollback", ...given };
    const answer = await execution.recordArtifact(request, call);
    if ("refused" in answer) return answer;
    const { version, changes, invalidated, conflicts } = answer;
    return {
      say: sayRecorded(answer),
      version,
      changes: changes.slice(0, mostShown),
      ...(changes.length > mostShown ? { cut: true as const } : {}),
      invalidated: [...invalidated],
      conflicts: conflicts.map((one) => ({ conflict_id: one.id, type: one.type, severity: one.severity })),
      next: conflicts.length > 0 ? ["analyze_impact", "publish_contract"] : ["analyze_impact"],
    };
  },
});

function problemsWith(input: {
  readonly action: "record" | "rollback";
  readonly kind: (typeof artifactKinds)[number];
  readonly version?: string | undefined;
  readonly content?: string | undefined;
  readonly requires?: readonly unknown[] | undefined;
  readonly path?: string | undefined;
  readonly links?: readonly unknown[] | undefined;
}): readonly InputProblem[] {
  const { action, kind, version, content, requires } = input;
  const problems: InputProblem[] = [];
  if (kind === "contract" && content !== undefined)
    problems.push({ path: "content", problem: "of a contract is published with publish_contract" });
  if (kind !== "requirement" && requires !== undefined)
    problems.push({ path: "requires", problem: "goes with kind requirement only" });
  if (action === "record") return problems;
  if (version === undefined) problems.push({ path: "version", problem: "is missing; it says where to go back to" });
  for (const field of ["content", "path", "requires", "links"] as const)
    if (input[field] !== undefined)
      problems.push({ path: field, problem: "comes from the version that is gone back to" });
  return problems;
}

function sayRecorded({ conflicts, invalidated }: RecordedArtifact): string {
  if (conflicts.length > 0)
    return "It is recorded. It does not go together with what others rely on, so they were told; see conflicts.";
  return invalidated.length > 0 ? "It is recorded, and shows assumptions wrong; see invalidated." : "It is recorded.";
}
