import { z } from "zod";
import type { PublishedContract } from "../execution/speculation/publish-contract.ts";
import { contractChange, contractFindings, contractKinds, contractStatus } from "./contract-replies.ts";
import { defineTool } from "./define-tool.ts";
import { agentName, idField, leaseToken, textOf } from "./fields.ts";
import { replyOf } from "./reply.ts";

export const publishContract = defineTool({
  name: "publish_contract",
  profile: "worker",
  purpose: "Agree on an interface before it is built. What breaks nobody is active at once; else it is a draft.",
  input: {
    agent: agentName,
    lease: leaseToken.optional(),
    name: idField,
    version: idField.optional(),
    kind: z.enum(contractKinds).optional(),
    specification: textOf(1_000_000).min(1).optional(),
    consumers: z.array(consumer()).max(1000).optional().describe("Agents, node:<id>"),
    action: z.enum(["draft", "activate", "deprecate"]).optional(),
    until: z.iso.date().optional(),
  },
  reply: replyOf({
    contract_id: z.string(),
    version: z.string(),
    status: contractStatus,
    change: contractChange,
    findings: contractFindings,
    notified: z.array(z.string()),
    invalidated: z.array(z.string()),
    conflict_id: z.string().optional(),
  }),
  run: async (input, { execution, call }) => {
    const { agent, lease, name: contract, version, kind, specification, consumers = [], action, until } = input;
    if ((kind === undefined) !== (specification === undefined)) return missing(kind === undefined);
    if (until !== undefined && action !== "deprecate")
      return { refused: "invalid_input", problems: [{ path: "until", problem: "goes with action deprecate only" }] };
    const text = kind === undefined || specification === undefined ? {} : { text: { kind, specification } };
    const answer = await execution.publishContract(
      {
        agent,
        contract,
        consumers,
        ...text,
        ...(lease === undefined ? {} : { lease }),
        ...(version === undefined ? {} : { version }),
        ...(action === undefined ? {} : { action }),
        ...(until === undefined ? {} : { until }),
      },
      call,
    );
    if ("refused" in answer) return answer;
    return {
      say: sayPublished(answer),
      contract_id: answer.contract,
      version: answer.version,
      status: answer.status,
      change: answer.change,
      findings: answer.findings.map((finding) => ({ ...finding })),
      notified: [...answer.notified],
      invalidated: [...answer.invalidated],
      ...(answer.conflict === undefined ? {} : { conflict_id: answer.conflict }),
      next: ["read_contract", "complete_node"],
    };
  },
});

function consumer() {
  return z.string().superRefine((text, context) => {
    const names = text.startsWith("node:") ? text.slice("node:".length).split("/") : [text];
    const isName = names.length <= 2 && names.every((name) => idField.safeParse(name).success);
    if (!isName)
      context.addIssue({ code: "custom", message: "must be an agent's name, node:<id> or node:<plan>/<id>" });
  });
}

function missing(isKind: boolean) {
  const path = isKind ? "kind" : "specification";
  return {
    refused: "invalid_input" as const,
    problems: [{ path, problem: "is missing; kind and specification go together" }],
  };
}

function sayPublished({ status, change, conflict, findings }: PublishedContract): string {
  // Of a version that was so already they stand with its text.
  const where = findings.length > 0 ? "see findings" : "read_contract with format diff says how";
  const opened = conflict === undefined ? "" : " That concerns others, so a conflict was opened; see conflict_id.";
  switch (status) {
    case "ACTIVE":
      return change === "breaking" || change === "unknown"
        ? `This version is in force, and ${change === "breaking" ? "breaks" : "may break"} the one before it; ${where}.${opened}`
        : "This version is in force.";
    case "DRAFT":
      return change === "breaking" || change === "unknown"
        ? `This version is kept as a draft, because it ${change === "breaking" ? "breaks" : "may break"} the one in force; ${where}. Make it compatible, or publish it again with action activate once those who rely on it agree.`
        : "This version is kept as a draft.";
    case "DEPRECATED":
      return "This version is deprecated, and in force until another one is.";
    case "SUPERSEDED":
      return "Another version is in force in place of this one.";
  }
}
