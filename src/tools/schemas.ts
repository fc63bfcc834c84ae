/** The JSON Schemas that are published: how to write a plan and a config, and what every reply looks like. */
import { z } from "zod";
import { configJsonSchema } from "../config/json-schema.ts";
import { allTools } from "./all-tools.ts";
import { planJsonSchema } from "./plan-schema.ts";
import { refusalReply } from "./refusal-reply.ts";

interface PublishedSchema {
  readonly description: string;
  readonly schema: () => Readonly<Record<string, unknown>>;
}

export const schemas: Readonly<Record<"plan" | "config" | "replies", PublishedSchema>> = {
  plan: { description: "A plan for submit_plan.", schema: planJsonSchema },
  config: { description: "interlock.yaml.", schema: configJsonSchema },
  replies: { description: "What each tool answers, and every refusal.", schema: repliesJsonSchema },
};

/** The full types of all replies, by tool; a refusal may come from any. What several have in common is written once. */
function repliesJsonSchema(): Readonly<Record<string, unknown>> {
  const replies = Object.fromEntries(allTools.map(({ name, reply }) => [name, reply]));
  const all = z.strictObject({ ...replies, refusal: refusalReply });
  return { ...z.toJSONSchema(all, { target: "draft-2020-12", reused: "ref" }), title: "Replies" };
}
