import { z } from "zod";
import type { Ground } from "../core/grounds.ts";

/** What work stands on that had not landed when it began. */
export const standsOnReply = z.array(
  z.strictObject({
    node: z.string(),
    edge: z.enum(["submit", "contract"]),
    contract: z.string().optional(),
    version: z.string().optional(),
    changed: z.literal(true).optional().describe("It came back or was broken since."),
  }),
);

export function standsOnFacts(ground: Ground): z.infer<typeof standsOnReply>[number] {
  const { node, edge, lost } = ground;
  return {
    node,
    edge,
    ...(ground.edge === "contract" ? { contract: ground.contract, version: ground.version } : {}),
    ...(lost ? { changed: true as const } : {}),
  };
}
