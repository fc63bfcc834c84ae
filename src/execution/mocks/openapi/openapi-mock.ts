/** An API that is described in OpenAPI, played: what does not fit its description is refused with words, the rest is answered by it. */
import type { ValidateFunction } from "ajv/dist/2020.js";
import { followed } from "../../contracts/asyncapi/exchanges.ts";
import { isObject, type JsonObject, own } from "../../contracts/document.ts";
import { dialectOf } from "../../contracts/openapi/api.ts";
import { type Mock, type MockAnswer, type MockRequest, refusal } from "../mock.ts";
import { modernDocument, standalone } from "../modern-schema.ts";
import { validatorOf } from "../sample.ts";
import { problemsOf } from "../schema-problems.ts";
import { answeringOf } from "./answering.ts";
import { fittingMediaType, isJson, mediaTypeOf } from "./media-types.ts";
import { type Route, Routes } from "./routes.ts";

/** The mock of a document that was checked before. */
export async function openApiMock(document: JsonObject, seed: number): Promise<Mock> {
  const dialect = dialectOf(document) ?? "2020-12";
  const sent = { document, dialect, absent: "readOnly" as const };
  const routes = await Routes.of(modernDocument(document, sent, "#"));
  const answering = answeringOf(document, { document, dialect, absent: "writeOnly" }, seed);
  const bodies = new Map<string, ValidateFunction>();
  const bodyFits = (key: string, schema: unknown) => {
    const known = bodies.get(key) ?? validatorOf(standalone(schema, sent), { all: true });
    bodies.set(key, known);
    return known;
  };
  return {
    operations: routes.all.map(({ method, path, summary }) =>
      `${method.toUpperCase()} ${path}${summary === undefined ? "" : `  ${summary}`}`.slice(0, 200),
    ),
    answer: async (request) => {
      const route = routes.find(request);
      if ("status" in route) return route;
      const operation = operationAt(document, route);
      return requestProblem(route, request, { document, operation, bodyFits }) ?? answering(operation, route, request);
    },
  };
}

function operationAt(document: JsonObject, { path, method }: Route): JsonObject {
  return followed(document, own(followed(document, own(document["paths"], path)), method));
}

function requestProblem(
  route: Route,
  request: MockRequest,
  {
    document,
    operation,
    bodyFits,
  }: {
    readonly document: JsonObject;
    readonly operation: JsonObject;
    readonly bodyFits: (key: string, schema: unknown) => ValidateFunction;
  },
): MockAnswer | undefined {
  const wrong = route.parameterProblems();
  if (wrong.length > 0) return refusal(400, "The parameters do not fit the contract.", wrong);
  const requestBody = followed(document, operation["requestBody"]);
  if (operation["requestBody"] === undefined) return undefined;
  const content = isObject(requestBody["content"]) ? requestBody["content"] : {};
  if (request.body === "")
    return requestBody["required"] === true
      ? refusal(400, `The contract asks for a body: ${Object.keys(content).join(", ")}.`)
      : undefined;
  const type = mediaTypeOf(request.headers["content-type"]);
  const offered = fittingMediaType(Object.keys(content), type);
  if (offered === undefined)
    return refusal(
      415,
      type === ""
        ? `The body has no content-type; the contract takes ${Object.keys(content).join(", ")}.`
        : `The contract takes ${Object.keys(content).join(", ")} here, not ${type}.`,
    );
  const schema = isObject(content[offered]) ? content[offered]["schema"] : undefined;
  if (!isJson(type) || schema === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch (error) {
    return refusal(400, `The body is not JSON: ${error instanceof Error ? error.message : ""}.`);
  }
  const fits = bodyFits(`${route.key} ${offered}`, schema);
  return fits(value)
    ? undefined
    : refusal(422, "The body does not fit the contract.", problemsOf(fits.errors ?? [], "/body"));
}
