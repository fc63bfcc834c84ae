import { z } from "zod";
import { configSchema } from "./schema.ts";

/** The JSON Schema of `interlock.yaml`, for editors and for whoever writes one. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(configSchema, { io: "input", target: "draft-2020-12" }),
    title: "interlock.yaml",
    description: "How Interlock works on this repository. Every key is optional.",
  };
}
