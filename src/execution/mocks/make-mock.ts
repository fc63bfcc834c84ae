import type { ContractKind, Problem } from "../contracts/contract-kind.ts";
import { badReferences, readDocument } from "../contracts/document.ts";
import { readSchema } from "../contracts/graphql.ts";
import { graphqlMock } from "./graphql-mock.ts";
import type { Mock } from "./mock.ts";
import { openApiMock } from "./openapi/openapi-mock.ts";

/** Plays a text that was checked when it was published, where it stands: a hostile one can take any time and memory. */
export async function makeMock(
  kind: ContractKind,
  text: string,
  seed: number,
): Promise<Mock | { readonly problems: readonly Problem[] }> {
  if (kind === "graphql") {
    const read = await readSchema(text);
    return "problems" in read ? read : graphqlMock(read.schema, seed);
  }
  const read = readDocument(text);
  if ("problems" in read) return read;
  const references = badReferences(read.document);
  if (references.length > 0) return { problems: references };
  if (kind === "openapi") return await openApiMock(read.document, seed);
  return { problems: [{ where: "", say: `Nobody can ask anything of a contract of kind ${kind}.` }] };
}
