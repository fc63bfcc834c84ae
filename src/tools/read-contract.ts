import { z } from "zod";
import { type Contract, type ContractVersion, consumersOf, inForce, versionOf } from "../core/speculation/contracts.ts";
import type { Refused } from "../execution/answers.ts";
import type { Execution } from "../execution/execution.ts";
import { textDiff } from "../execution/speculation/text-diff.ts";
import { contractChange, contractFindings, contractKinds, contractStatus } from "./contract-replies.ts";
import { defineTool } from "./define-tool.ts";
import { idField } from "./fields.ts";
import { instantReply, replyOf } from "./reply.ts";
import { timeText } from "./time-text.ts";

const about = {
  contract_id: z.string(),
  version: z.string(),
  status: contractStatus,
  kind: z.enum(contractKinds),
  change: contractChange,
  published_by: z.string(),
  until: z.string().optional(),
};

const spec = replyOf({
  format: z.literal("spec"),
  ...about,
  consumers: z.array(z.string()),
  specification: z.string(),
});

const diff = replyOf({
  format: z.literal("diff"),
  ...about,
  from_version: z.string().nullable(),
  findings: contractFindings,
  diff: z.string(),
});

const history = replyOf({
  format: z.literal("history"),
  contract_id: z.string(),
  versions: z.array(z.strictObject({ ...about, at: instantReply }).omit({ contract_id: true })),
});

const mock = replyOf({
  format: z.literal("mock"),
  ...about,
  mock: z.union([
    z.strictObject({ url: z.string(), operations: z.array(z.string()) }),
    z.strictObject({ examples: z.array(z.strictObject({ of: z.string().optional(), value: z.unknown() })) }),
  ]),
});

const reply = z.discriminatedUnion("format", [spec, diff, history, mock]);

export const readContract = defineTool({
  name: "read_contract",
  profile: "worker",
  purpose: "Read an interface to build against: its text, what a version changed, or all versions.",
  readOnly: true,
  input: {
    name: idField,
    version: idField.optional(),
    format: z.enum(["spec", "diff", "history", "mock"]).default("spec"),
  },
  reply,
  run: async ({ name, version, format }, { execution }) => {
    const { speculation } = await execution.workspace();
    const contract = speculation.contracts.get(name);
    const meant =
      version === undefined ? (inForce(contract) ?? contract?.versions.at(-1)) : versionOf(contract, version);
    if (!contract || !meant)
      return { refused: "unknown_contract", contract: name, ...(version === undefined ? {} : { version }) };
    switch (format) {
      case "spec":
        return readSpec(execution, contract, meant);
      case "diff":
        return readDiff(execution, contract, meant);
      case "history":
        return readHistory(execution, contract);
      case "mock":
        return readMock(execution, contract, version);
    }
  },
});

type Read<Facts extends z.ZodType> = Promise<z.infer<Facts> | Refused>;

async function readSpec(execution: Execution, contract: Contract, version: ContractVersion): Read<typeof spec> {
  const { specification } = await published(execution, version);
  const { agents, nodes } = consumersOf(await execution.workspace(), contract.name);
  const consumers = [...agents, ...nodes.map(({ plan, node }) => `node:${plan}/${node}`)];
  const facts = { format: "spec" as const, ...factsOf(contract, version), consumers, specification };
  return { say: sayVersion(version), ...facts, next: ["track_assumption", "complete_node"] };
}

/** What a version changed in the one that was published before it. */
async function readDiff(execution: Execution, contract: Contract, version: ContractVersion): Read<typeof diff> {
  const before = contract.versions[contract.versions.indexOf(version) - 1];
  const { specification, findings } = await published(execution, version);
  const old = before ? (await published(execution, before)).specification : "";
  return {
    say: before
      ? "This is what the version changed in the one published before it; findings say what that means to those who rely on the version that was in force."
      : "This is the first version.",
    format: "diff",
    ...factsOf(contract, version),
    from_version: before?.version ?? null,
    findings: findings.map((finding) => ({ ...finding })),
    diff: before ? textDiff(old, specification) : specification,
    next: ["read_contract", "report_progress"],
  };
}

/** Somewhere to ask, or examples; beyond so many operations the text itself is easier to read. */
async function readMock(execution: Execution, contract: Contract, version: string | undefined): Read<typeof mock> {
  const offer = await execution.mockOf({ contract: contract.name, ...(version === undefined ? {} : { version }) });
  if ("refused" in offer) return offer;
  const played = versionOf(contract, offer.version) ?? contract.versions.at(-1);
  if (!played) return { refused: "unknown_contract", contract: contract.name };
  const isServed = "url" in offer;
  return {
    say: isServed
      ? "The contract is played at this url, for this machine only, until your node is handed in; what does not fit the contract is refused with the reason. The same request gets the same answer everywhere."
      : "Nobody can be asked anything by this contract, so these are examples that fit it, the same for everybody.",
    format: "mock",
    ...factsOf(contract, played),
    mock: isServed
      ? { url: offer.url, operations: offer.operations.slice(0, mostOperations) }
      : { examples: offer.examples.map((example) => ({ ...example })) },
    next: ["track_assumption", "complete_node"],
  };
}

const mostOperations = 50;

async function readHistory(execution: Execution, contract: Contract): Read<typeof history> {
  const versions = await Promise.all(
    contract.versions.map(async (version) => {
      const { contract_id: _, ...facts } = factsOf(contract, version);
      return { ...facts, at: timeText((await recordedAt(execution, version)).at) };
    }),
  );
  return {
    say: `Versions of this contract: ${versions.length}, the oldest first.`,
    format: "history",
    contract_id: contract.name,
    versions,
    next: ["read_contract"],
  };
}

function factsOf({ name }: Contract, { version, status, kind, change, by, until }: ContractVersion) {
  const day = until === undefined ? {} : { until };
  return { contract_id: name, version, status, kind, change, published_by: by, ...day };
}

function sayVersion({ status }: ContractVersion): string {
  switch (status) {
    case "ACTIVE":
      return "This version is in force. Track what you take for granted beyond it with track_assumption.";
    case "DRAFT":
      return "This is a draft: nobody can rely on it yet.";
    case "DEPRECATED":
      return "This version is in force, but deprecated.";
    case "SUPERSEDED":
      return "Another version is in force in place of this one.";
  }
}

async function published(execution: Execution, version: ContractVersion) {
  const { event } = await recordedAt(execution, version);
  if (event.type !== "ContractPublished") throw new Error(`No contract was published at ${version.at}`);
  return event;
}

async function recordedAt(execution: Execution, { at }: ContractVersion) {
  const [recorded] = await execution.events(at - 1, 1);
  if (!recorded) throw new Error(`The log has nothing at ${at}`);
  return recorded;
}
