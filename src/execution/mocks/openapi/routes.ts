/** Which operation of an API a request means, and whether its parameters fit; asked of openapi-backend. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Document, OpenAPIBackend } from "openapi-backend";
import { isObject, type JsonObject, own } from "../../contracts/document.ts";
import { type MockAnswer, type MockRequest, refusal } from "../mock.ts";
import { problemsOf } from "../schema-problems.ts";

const methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** An operation that a request was found to mean. */
export interface Route {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** Path and query of the request, without the path of the real server. */
  readonly url: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  parameterProblems(): ReturnType<typeof problemsOf>;
}

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
}

export class Routes {
  readonly all: readonly Listed[];
  readonly #api: OpenAPIBackend;
  readonly #bases: readonly string[];

  private constructor(document: JsonObject, api: OpenAPIBackend) {
    this.#api = api;
    this.all = listed(document);
    this.#bases = basesOf(document);
  }

  /** `document` has schemas of 2020-12 only. */
  static async of(document: JsonObject): Promise<Routes> {
    const { OpenAPIBackend } = await import("openapi-backend");
    const api = new OpenAPIBackend({
      // Named anew, since it knows operations by names that need not be there.
      definition: withNames(document) as unknown as Document,
      quick: true,
      ajvOpts: { strict: false, logger: false, validateFormats: false, allErrors: true, coerceTypes: true },
      customizeAjv: (_, options) => new Ajv2020(options) as never,
    });
    await api.init();
    return new Routes(document, api);
  }

  /** The operation, or the answer that says why there is none. */
  find(request: MockRequest): Route | MockAnswer {
    const asked = request.url.split("?")[0] ?? "/";
    for (const base of ["", ...this.#bases]) {
      if (!asked.startsWith(base)) continue;
      const url = request.url.slice(base.length);
      const route = this.#at(request, url.startsWith("/") ? url : `/${url}`);
      if (route) return route;
    }
    const others = methods.filter((method) => this.#api.matchOperation({ method, path: asked, headers: {} }));
    if (others.length === 0) return refusal(404, `The contract has no path ${JSON.stringify(asked.slice(0, 200))}.`);
    const allow = others.join(", ").toUpperCase();
    return refusal(405, `The contract has ${allow} here, not ${request.method}.`, [], { allow });
  }

  #at(request: MockRequest, url: string): Route | undefined {
    const asked = { method: request.method, path: url, headers: { ...request.headers } };
    const found = this.#api.matchOperation(asked);
    if (!found) return undefined;
    const { method, path, operationId = "" } = found;
    const { params } = this.#api.router.parseRequest(asked, found);
    return {
      key: operationId,
      method,
      path,
      url,
      pathParameters: params as Readonly<Record<string, string>>,
      parameterProblems: () => problemsOf(this.#api.validateRequest(asked, found).errors ?? []),
    };
  }
}

/** Only what says where a request goes: bodies and answers are looked at elsewhere, as they stand in the contract. */
function withNames(document: JsonObject): JsonObject {
  const keys = queryKeys(document);
  const paths = Object.entries(isObject(document["paths"]) ? document["paths"] : {}).map(([path, item]) => {
    if (!isObject(item)) return [path, item];
    const parts = Object.entries(item).map(([key, operation]) => {
      if (!methods.some((method) => method === key) || !isObject(operation)) return [key, operation];
      const { parameters, summary } = operation;
      const all = [...(Array.isArray(parameters) ? parameters : []), ...keys];
      return [key, { summary, responses: {}, operationId: `${key} ${path}`, parameters: all }];
    });
    return [path, Object.fromEntries(parts)];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Credentials in the query are no parameters of any operation, and may come with each. */
function queryKeys(document: JsonObject): readonly JsonObject[] {
  const schemes = own(document["components"], "securitySchemes");
  return Object.values(isObject(schemes) ? schemes : {})
    .filter((scheme) => own(scheme, "in") === "query")
    .map((scheme) => ({ in: "query", name: own(scheme, "name"), schema: {} }));
}

function listed(document: JsonObject): readonly Listed[] {
  const paths = isObject(document["paths"]) ? document["paths"] : {};
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = own(item, method);
      if (!isObject(operation)) return [];
      const { summary } = operation;
      return [{ method, path, ...(typeof summary === "string" ? { summary } : {}) }];
    }),
  );
}

/** Who takes the server's address for ours may keep the path of the real one in front. */
function basesOf({ servers }: JsonObject): readonly string[] {
  if (!Array.isArray(servers)) return [];
  return servers.flatMap((server) => {
    const url = own(server, "url");
    const path = typeof url === "string" ? url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "").replace(/\/+$/, "") : "";
    return path.startsWith("/") && !path.includes("{") ? [path] : [];
  });
}
