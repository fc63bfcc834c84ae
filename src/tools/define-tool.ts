import { z } from "zod";
import { problemsOf } from "../config/problems.ts";
import type { CallContext, InputProblem, Refused } from "../execution/answers.ts";
import type { Execution } from "../execution/execution.ts";
import { requestId } from "./fields.ts";
import { unfit } from "./unfit.ts";

/** What a tool may use while it answers one call. */
export interface ToolContext {
  readonly execution: Execution;
  readonly call: CallContext;
  /** How many milliseconds this call may wait, given what the caller wishes; never longer than its client would. */
  readonly waitMs: (wishedSeconds: number) => number;
}

/** A tool's own answer: a sentence, what makes sense now, and facts. */
export interface Answer {
  readonly say: string;
  readonly next: readonly string[];
}

/** A call that was understood and only has to be carried out. */
export interface ReadCall {
  readonly agent?: string;
  readonly requestId?: string;
  /** `<plan>/<node>` of the lease that was shown, if one was. */
  readonly subject?: string;
  readonly run: (context: ToolContext) => Promise<Answer | Refused>;
}

/** A tool as data: what it is for, what it takes and gives, and how to carry it out. Free of any protocol. */
export interface Tool {
  readonly name: string;
  /** The smallest profile that has it. */
  readonly profile: "worker" | "planner";
  /** When to use it, and what comes next. */
  readonly purpose: string;
  /** True only where nothing changes, because clients run such tools side by side. */
  readonly readOnly: boolean;
  readonly waits: boolean;
  readonly input: z.ZodObject;
  readonly reply: z.ZodType;
  readonly read: (raw: unknown) => ReadCall | { readonly problems: readonly InputProblem[] };
}

interface Definition<Shape extends z.ZodRawShape, Reply extends Answer> {
  readonly name: string;
  readonly profile: "worker" | "planner";
  readonly purpose: string;
  readonly readOnly?: boolean;
  readonly input: Shape;
  readonly reply: z.ZodType<Reply>;
  readonly run: (input: z.infer<z.ZodObject<Shape>>, context: ToolContext) => Promise<Reply | Refused>;
}

/** Makes a tool of its description; every tool that changes something takes a `request_id` too. */
export function defineTool<Shape extends z.ZodRawShape, Reply extends Answer>(
  definition: Definition<Shape, Reply>,
): Tool {
  const { run, input: shape, readOnly = false, ...rest } = definition;
  const own = z.strictObject(shape);
  const input = readOnly ? own : own.extend({ request_id: requestId.optional() });
  return {
    ...rest,
    readOnly,
    waits: "wait_seconds" in shape,
    input,
    read: (raw) => {
      const unbearable = unfit(raw);
      if (unbearable) return { problems: [unbearable] };
      const parsed = input.safeParse(raw ?? {});
      if (!parsed.success) return { problems: problemsOf(parsed.error.issues, raw ?? {}) };
      const { request_id: id, ...fields } = parsed.data as Readonly<Record<string, unknown>>;
      const { agent, lease } = fields as { readonly agent?: unknown; readonly lease?: unknown };
      return {
        ...(typeof agent === "string" ? { agent } : {}),
        ...(typeof id === "string" ? { requestId: id } : {}),
        ...(typeof lease === "string" ? { subject: lease.split("/", 2).join("/") } : {}),
        run: (context) => run(fields as z.infer<z.ZodObject<Shape>>, context),
      };
    },
  };
}
