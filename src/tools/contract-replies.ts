/** Facts about contracts that several tools show. */
import { z } from "zod";

export const contractKinds = ["openapi", "json_schema", "graphql", "protobuf", "asyncapi", "typescript"] as const;

export const contractStatus = z.enum(["DRAFT", "ACTIVE", "DEPRECATED", "SUPERSEDED"]);

export const contractChange = z.enum(["initial", "compatible", "breaking", "unknown"]);

export const contractFindings = z.array(
  z.strictObject({
    change: z.enum(["compatible", "breaking", "unknown"]),
    rule: z.string(),
    where: z.string(),
    say: z.string(),
  }),
);
