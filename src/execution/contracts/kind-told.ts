import type { ContractKind } from "./contract-kind.ts";

/** The format that a file's name or the beginnings of its text show, if they do. */
export function kindTold(path: string, text: string): ContractKind | undefined {
  for (const [ending, kind] of endings) if (ending.test(path)) return kind;
  for (const [key, kind] of keys) if (key.test(text)) return kind;
  return undefined;
}

const endings: readonly (readonly [RegExp, ContractKind])[] = [
  [/\.(?:graphqls?|gql)$/i, "graphql"],
  [/\.proto$/i, "protobuf"],
  [/\.[cm]?ts$/i, "typescript"],
];

/** Keys that only stand at the top of such a document. */
const keys: readonly (readonly [RegExp, ContractKind])[] = [
  [/^[\s{]*["']?openapi["']?\s*:|^["']?openapi["']?\s*:|^ {1,4}"openapi"\s*:/m, "openapi"],
  [/^[\s{]*["']?asyncapi["']?\s*:|^["']?asyncapi["']?\s*:|^ {1,4}"asyncapi"\s*:/m, "asyncapi"],
  [/["']?\$schema["']?\s*:\s*["']?https?:\/\/json-schema\.org\//, "json_schema"],
];
