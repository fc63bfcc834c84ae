/** A GraphQL schema played: queries are checked by it, and every value follows from the seed, the request and its place. */
import {
  defaultFieldResolver,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getOperationAST,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  parse,
  responsePathAsArray,
  validate,
} from "graphql";
import { isObject } from "../contracts/document.ts";
import { json, type Mock, type MockAnswer, type MockRequest, refusal } from "./mock.ts";
import { seedFrom } from "./seed.ts";

const path = "/graphql";

/** As many as a list has. */
const listLength = 3;

/** A query may be nested as it likes; so many words are enough for any. */
const mostTokens = 10_000;

interface Asked {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The mock of a schema that was checked before; `seed` is where all chance comes from. */
export function graphqlMock(schema: GraphQLSchema, seed: number): Mock {
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    type ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
  );
  return {
    operations: [`POST ${path}  {"query": "..."}`, ...roots],
    answer: async (request) => {
      const asked = askedBy(request);
      return "status" in asked ? asked : await answered(schema, asked, request.method, seed);
    },
  };
}

function askedBy({ method, url, headers, body }: MockRequest): Asked | MockAnswer {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  if (pathname !== path && pathname !== "/") return refusal(404, `Queries go to ${path}.`);
  if (method !== "POST" && method !== "GET")
    return refusal(405, `Queries come by GET or POST, not ${method}.`, [], { allow: "GET, POST" });
  if (method === "GET") {
    const [query, variables] = [searchParams.get("query"), searchParams.get("variables")];
    return understood({ query, variables: variables ?? undefined, operationName: searchParams.get("operationName") });
  }
  if (headers["content-type"]?.startsWith("application/graphql;") || headers["content-type"] === "application/graphql")
    return { query: body };
  try {
    return understood(JSON.parse(body));
  } catch {
    return refusal(400, "The body is not JSON.");
  }
}

function understood(value: unknown): Asked | MockAnswer {
  const { query, operationName, variables } = isObject(value) ? value : {};
  if (typeof query !== "string") return refusal(400, 'There is no "query" in the request.');
  let read: unknown = variables;
  try {
    if (typeof variables === "string") read = JSON.parse(variables);
  } catch {
    return refusal(400, "The variables are not JSON.");
  }
  return {
    query,
    ...(typeof operationName === "string" ? { operationName } : {}),
    ...(isObject(read) ? { variables: read } : {}),
  };
}

async function answered(schema: GraphQLSchema, asked: Asked, method: string, seed: number): Promise<MockAnswer> {
  const { query, operationName, variables } = asked;
  let document: ReturnType<typeof parse>;
  try {
    document = parse(query, { maxTokens: mostTokens });
  } catch (error) {
    return json(400, { errors: [{ message: error instanceof Error ? error.message : "The query cannot be read." }] });
  }
  const problems = validate(schema, document);
  if (problems.length > 0) return errors(400, problems);
  const operation = getOperationAST(document, operationName)?.operation;
  if (operation === undefined) return refusal(400, "The request does not say which of its operations is meant.");
  if (operation === "subscription") return refusal(400, "The mock does not serve subscriptions.");
  if (operation === "mutation" && method === "GET")
    return refusal(405, "Mutations come by POST.", [], { allow: "POST" });
  const chance = seedFrom(seed, query, operationName, variables);
  const result = await execute({
    schema,
    document,
    ...(variables === undefined ? {} : { variableValues: variables }),
    ...(operationName === undefined ? {} : { operationName }),
    fieldResolver: resolverFor(chance),
    typeResolver: (value) => String((value as Played).__typename),
  });
  return result.data === undefined ? errors(400, result.errors ?? []) : json(200, result);
}

function errors(status: number, found: readonly GraphQLError[]): MockAnswer {
  return json(status, { errors: found.slice(0, 20).map((error) => error.toJSON()) });
}

/** An object of the mock: what it was asked by, which it gives back under the same names. */
interface Played {
  readonly __typename?: string;
  readonly asked: Readonly<Record<string, unknown>>;
}

function resolverFor(seed: number): GraphQLFieldResolver<Played | undefined, unknown> {
  return (source, args, context, info) => {
    const given = source?.asked[info.fieldName];
    if (source && given !== undefined && isScalar(info.returnType)) return given;
    if (info.fieldName.startsWith("__")) return defaultFieldResolver(source, args, context, info);
    return playedValue(info.returnType, seedFrom(seed, responsePathAsArray(info.path)), args, info);
  };
}

function playedValue(
  type: GraphQLOutputType,
  seed: number,
  asked: Readonly<Record<string, unknown>>,
  info: GraphQLResolveInfo,
): unknown {
  if (isNonNullType(type)) return playedValue(type.ofType, seed, asked, info);
  if (isListType(type))
    return Array.from({ length: listLength }, (_, i) => playedValue(type.ofType, seedFrom(seed, i), {}, info));
  if (isEnumType(type)) {
    const values = type.getValues();
    return values[seed % values.length]?.value;
  }
  if (isScalarType(type)) return scalarOf(type.name, info.fieldName, seed);
  if (!isAbstractType(type)) return { asked } satisfies Played;
  const possible = info.schema.getPossibleTypes(type);
  const chosen = possible[seed % possible.length];
  return chosen ? ({ __typename: chosen.name, asked } satisfies Played) : null;
}

/** Custom scalars are guessed by their names: nothing else is known of them. */
function scalarOf(type: string, field: string, seed: number): unknown {
  if (type === "Int") return seed % 1_000;
  if (type === "Float") return (seed % 100_000) / 100;
  if (type === "Boolean") return seed % 2 === 0;
  if (type === "ID") return `${seed % 100_000}`;
  const day = new Date(Date.UTC(2026, 0, 1) + (seed % 365) * 86_400_000 + (seed % 86_400) * 1_000).toISOString();
  if (/datetime|timestamp|instant/i.test(type)) return day;
  if (/date/i.test(type)) return day.slice(0, 10);
  if (/time/i.test(type)) return day.slice(11, 19);
  if (/ur[il]/i.test(type)) return `https://example.com/${seed % 1_000}`;
  if (/uuid|guid/i.test(type)) {
    const hex = seed.toString(16).padStart(8, "0");
    return `${hex}-0000-4000-8000-${hex.padStart(12, "0")}`;
  }
  if (/json|object|map/i.test(type)) return {};
  if (/big|long|int|decimal|number|money/i.test(type)) return seed % 100_000;
  return `${field} ${seed % 1_000}`;
}

function isScalar(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isScalarType(type.ofType) : isScalarType(type);
}
