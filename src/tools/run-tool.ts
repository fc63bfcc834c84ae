/** The one path of a call: understand it, carry it out, put the answer into words, and add the news. */
import { createHash, randomBytes } from "node:crypto";
import type { CallContext, Refused } from "../execution/answers.ts";
import { sayDiskFault } from "../execution/disk-fault.ts";
import type { Execution } from "../execution/execution.ts";
import type { Answer, ReadCall, Tool } from "./define-tool.ts";
import { noticeFacts } from "./notice-words.ts";
import { wordRefusal } from "./refusal-words.ts";
import type { CallRefused } from "./refusals/wording.ts";
import type { Reply } from "./reply.ts";

/** Where a call comes from, and what it may cost its client. */
export interface CallOrigin {
  /** Opens the workspace, or says where no repository was found. May be called for every call. */
  readonly execution: () => Promise<Execution | (Refused & { readonly refused: "no_repository" })>;
  /** Ends the wait of this call at once. */
  readonly signal: AbortSignal;
  /** Called while the call waits, with what it waits for. */
  readonly onWaiting?: (say: string) => void;
  /** What the client allows a call to take. */
  readonly mostWaitSeconds: number;
  readonly logger: FaultLogger;
}

/** Where faults go; pino fits. */
export interface FaultLogger {
  error(facts: object, message: string): void;
}

const mostNotices = 5;

/** Answers a call. Whatever goes wrong becomes a refusal; this never throws. */
export async function runTool(tool: Tool, raw: unknown, origin: CallOrigin): Promise<Reply> {
  try {
    const call = tool.read(raw);
    if ("problems" in call) return wordRefusal({ refused: "invalid_input", problems: call.problems });
    const execution = await origin.execution();
    if ("refused" in execution) return wordRefusal(execution);
    const answer = await call.run(contextOf(tool, call, raw, execution, origin));
    const reply = isRefused(answer) ? wordRefusal(answer) : { ...answer };
    return withNews(reply, await newsFor(call, reply, execution));
  } catch (fault) {
    return wordRefusal(refusalOf(fault, tool, origin));
  }
}

function contextOf(tool: Tool, { requestId }: ReadCall, raw: unknown, execution: Execution, origin: CallOrigin) {
  const call: CallContext = {
    tool: tool.name,
    ...(requestId === undefined ? {} : { requestId }),
    inputDigest: digestOf(raw),
    signal: origin.signal,
    ...(origin.onWaiting ? { onWaiting: origin.onWaiting } : {}),
  };
  const waitMs = (wished: number) => Math.round(Math.min(wished, origin.mostWaitSeconds) * 1000);
  return { execution, call, waitMs };
}

/**
 * Of a name that the caller may not use, the news are not shown, since showing acknowledges older ones. What the reply
 * itself says of the caller's node is no news.
 */
async function newsFor({ agent, subject }: ReadCall, reply: Reply, execution: Execution): Promise<Partial<Reply>> {
  if (agent === undefined || reply.refused === "bad_lease" || reply.refused === "agent_name_taken") return {};
  const { notices, more } = await execution.takeNotices(agent, mostNotices);
  const news = notices.filter(({ kind, about }) => !(kind === reply.status && about === subject));
  return {
    ...(news.length > 0 ? { notices: news.map(noticeFacts) } : {}),
    ...(more > 0 ? { more_notices: more } : {}),
  };
}

/** Where an answer of the caller is waited for, that comes next before everything else. */
function withNews(reply: Reply, news: Partial<Reply>): Reply {
  const isAsked = news.notices?.some(({ kind }) => kind === "converge") ?? false;
  const next = isAsked && reply.next ? { next: [...new Set(["converge", ...reply.next])] } : {};
  return { ...reply, ...news, ...next };
}

/** A digest of what a call asks for. How long it waits is no part of that, so a repetition may wait differently. */
function digestOf(raw: unknown): string {
  const { request_id: _, wait_seconds: __, ...asked } = isRecord(raw) ? raw : {};
  return createHash("sha256").update(canonical(asked)).digest("hex");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${entries.join(",")}}`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRefused(answer: Answer | Refused): answer is Refused {
  return "refused" in answer;
}

/** Errors of the store and of opening it are known by name, because this layer does not know where they come from. */
function refusalOf(fault: unknown, tool: Tool, { signal, logger }: CallOrigin): CallRefused {
  if (signal.aborted) return { refused: "cancelled" };
  const name = fault instanceof Error ? fault.name : "";
  const problem = fault instanceof Error ? fault.message : "";
  if (name === "StoreBusy") return { refused: "store_busy", problem };
  if (name === "StoreUnusable") return { refused: "store_unusable", problem };
  if (name === "ConfigUnusable") return { refused: "config_unusable", problem };
  const disk = sayDiskFault(fault);
  if (disk !== undefined) return { refused: "disk_unusable", problem: disk };
  const reference = randomBytes(6).toString("hex");
  logger.error({ err: fault, tool: tool.name, reference }, "a call failed");
  return { refused: "internal_error", reference };
}
