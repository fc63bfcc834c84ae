import type { GraphQLSchema } from "graphql";
import type { Change, Finding, Problem } from "./contract-kind.ts";

/** Longer texts are refused by the parser; a token is a word or a sign. */
const mostTokens = 100_000;

/** What is wrong with a schema in GraphQL's own language. */
export async function checkGraphql(text: string): Promise<readonly Problem[]> {
  const read = await readSchema(text);
  return "problems" in read ? read.problems : [];
}

/**
 * What changed between two schemas, by the rules of GraphQL Inspector. What it calls dangerous is unknown here,
 * but for optional inputs, without which every query goes on as before.
 */
export async function compareGraphql(before: string, after: string): Promise<readonly Finding[]> {
  const [old, young] = [await readSchema(before), await readSchema(after)];
  if ("problems" in old || "problems" in young) return [];
  const { diff } = await import("@graphql-inspector/core");
  const changes = await diff(old.schema, young.schema);
  const findings = changes.map(({ type, path, message, criticality }): Finding => {
    const harmless =
      criticality.level === "NON_BREAKING" || (criticality.level === "DANGEROUS" && optionalInputs.has(type));
    const change: Change = harmless ? "compatible" : criticality.level === "BREAKING" ? "breaking" : "unknown";
    return {
      change,
      rule: type,
      where: path ?? "",
      say: `${message.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`,
    };
  });
  if (findings.length > 0 || (await printed(old.schema)) === (await printed(young.schema))) return findings;
  return [
    {
      change: "unknown",
      rule: "NOT_UNDERSTOOD",
      where: "",
      say: "The schemas differ in a way that no rule speaks of.",
    },
  ];
}

/** Each field as `/Type/field`: of objects, interfaces and inputs. */
export async function fieldsOfGraphql(text: string): Promise<readonly string[]> {
  const read = await readSchema(text);
  if ("problems" in read) return [];
  const { isInputObjectType, isInterfaceType, isObjectType } = await import("graphql");
  return Object.values(read.schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith("__") || !(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)))
      return [];
    return Object.keys(type.getFields()).map((field) => `/${type.name}/${field}`);
  });
}

const optionalInputs = new Set<string>(["FIELD_ARGUMENT_ADDED", "INPUT_FIELD_ADDED"]);

/** A schema that was read, or what is wrong with it. */
export async function readSchema(
  text: string,
): Promise<{ readonly schema: GraphQLSchema } | { readonly problems: readonly Problem[] }> {
  const { buildASTSchema, GraphQLError, isTypeSystemDefinitionNode, isTypeSystemExtensionNode, parse, validateSchema } =
    await import("graphql");
  try {
    const document = parse(text, { maxTokens: mostTokens });
    const stray = document.definitions.find(
      (node) => !isTypeSystemDefinitionNode(node) && !isTypeSystemExtensionNode(node),
    );
    if (stray)
      return {
        problems: [
          {
            where: `line ${stray.loc?.startToken.line ?? 1}`,
            say: "A contract defines types; this is an operation or a fragment.",
          },
        ],
      };
    const schema = buildASTSchema(document);
    const errors = validateSchema(schema);
    return errors.length > 0
      ? { problems: errors.map(({ message, locations }) => problem(message, locations?.[0]?.line)) }
      : { schema };
  } catch (error) {
    if (error instanceof GraphQLError) return { problems: [problem(error.message, error.locations?.[0]?.line)] };
    // What is checked as a whole, and what is nested beyond the stack, comes as a plain error.
    if (error instanceof Error)
      return {
        problems: [
          problem(error instanceof RangeError ? "The text is nested too deeply" : (error.message.split("\n")[0] ?? "")),
        ],
      };
    throw error;
  }
}

async function printed(schema: GraphQLSchema): Promise<string> {
  const { lexicographicSortSchema, printSchema } = await import("graphql");
  return printSchema(lexicographicSortSchema(schema));
}

function problem(message: string, line?: number): Problem {
  return { where: line === undefined ? "" : `line ${line}`, say: message.endsWith(".") ? message : `${message}.` };
}
