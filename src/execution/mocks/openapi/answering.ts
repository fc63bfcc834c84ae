import { followed } from "../../contracts/asyncapi/exchanges.ts";
import { isObject, type JsonObject } from "../../contracts/document.ts";
import { json, type MockAnswer, type MockRequest, refusal } from "../mock.ts";
import { type SchemaOrigin, standalone } from "../modern-schema.ts";
import { type Sampler, samplerOf, validatorOf } from "../sample.ts";
import { seedFrom } from "../seed.ts";
import { acceptable, isJson, mediaTypeOf } from "./media-types.ts";
import type { Route } from "./routes.ts";

/** Makes the answer that the contract describes for a request that fits it. */
export type Answering = (operation: JsonObject, route: Route, request: MockRequest) => MockAnswer;

/** More than any screen or test wants; a specification can ask for as much as it likes. */
const mostCharacters = 4_000_000;

interface Made {
  readonly value: unknown;
}

/** The same request is answered the same: all chance comes from `seed` and the request. */
export function answeringOf(document: JsonObject, origin: SchemaOrigin, seed: number): Answering {
  const makers = new Map<string, { readonly sample: Sampler; readonly fits: (value: unknown) => boolean }>();
  const makerOf = (key: string, schema: unknown) => {
    const whole = standalone(schema, origin);
    const maker = makers.get(key) ?? { sample: samplerOf(whole), fits: validatorOf(whole) };
    makers.set(key, maker);
    return maker;
  };
  return (operation, route, request) => {
    const responses = followed(document, operation["responses"]);
    const prefer = preferences(request.headers["prefer"]);
    const chosen = statusFor(responses, prefer.get("code"));
    if (!chosen)
      return refusal(
        400,
        `The contract has no answer ${prefer.get("code") ?? ""} here; it has ${Object.keys(responses).join(", ")}.`,
      );
    const response = followed(document, responses[chosen.key]);
    const chance = seedFrom(seed, route.key, route.url, request.body, chosen.key);
    const headers = headersOf(document, response, (name, schema) =>
      makerOf(`${route.key} ${chosen.key} header ${name}`, schema).sample(seedFrom(chance, name)),
    );
    const content = isObject(response["content"]) ? response["content"] : {};
    const types = Object.keys(content);
    if (types.length === 0) return { status: chosen.status, headers, body: "" };
    const type = acceptable(types, request.headers["accept"]);
    if (type === undefined) return refusal(406, `The contract answers ${types.join(", ")} here.`);
    const media = followed(document, content[type]);
    const schema = media["schema"];
    const maker = schema === undefined ? undefined : makerOf(`${route.key} ${chosen.key} ${type}`, schema);
    const told = exampleIn(document, media, prefer.get("example"));
    if (told === "unknown")
      return refusal(400, `The contract has no example ${JSON.stringify(prefer.get("example"))} here.`);
    const isFit = told && (!maker || maker.fits(told.value));
    const made = isFit ? told : maker && mirrored(maker.sample(chance), given(route, request), maker.fits);
    if (!made && maker)
      return refusal(500, "No answer that fits the contract could be made here; put an example into the contract.");
    return written(chosen.status, type, made ?? { value: isJson(type) ? {} : "" }, headers);
  };
}

function written(status: number, type: string, { value }: Made, headers: Readonly<Record<string, string>>): MockAnswer {
  const plain = mediaTypeOf(type);
  if (!isJson(plain) && typeof value !== "string" && plain !== "*/*")
    return refusal(501, `The mock writes JSON and text; for ${plain} put an example as a string into the contract.`);
  const answer =
    isJson(plain) || plain === "*/*"
      ? json(status, value, { ...headers, "content-type": plain === "*/*" ? "application/json" : plain })
      : { status, headers: { ...headers, "content-type": `${plain}; charset=utf-8` }, body: String(value) };
  return answer.body.length > mostCharacters
    ? refusal(500, `The answer would have more than ${mostCharacters} characters; put an example into the contract.`)
    : answer;
}

/** What was asked for by `Prefer: code=…`, else the first success, else what there is. */
function statusFor(responses: JsonObject, code: string | undefined): { key: string; status: number } | undefined {
  const keys = Object.keys(responses).filter((key) => /^[1-5](\d\d|XX)$/.test(key) || key === "default");
  if (code !== undefined) {
    const key = [code, `${code[0]}XX`, "default"].find((one) => keys.includes(one));
    return key === undefined || !/^[2-5]\d\d$/.test(code) ? undefined : { key, status: Number(code) };
  }
  const key = keys.filter((one) => one.startsWith("2")).sort()[0] ?? keys.find((one) => one === "default") ?? keys[0];
  if (key === undefined) return undefined;
  const status = key === "default" ? 200 : Number(key.replace("XX", "00"));
  return { key, status: status < 200 ? 200 : status };
}

function exampleIn(document: JsonObject, media: JsonObject, name: string | undefined): Made | "unknown" | undefined {
  const named = media["examples"];
  const examples = isObject(named) ? named : {};
  const first = Object.keys(examples)[0];
  const wanted = name ?? first;
  if (name !== undefined && !Object.hasOwn(examples, name)) return "unknown";
  if (name === undefined && media["example"] !== undefined) return { value: media["example"] };
  if (wanted === undefined) return undefined;
  const found = followed(document, examples[wanted]);
  return Object.hasOwn(found, "value") ? { value: found["value"] } : undefined;
}

/** Who asks for the thing with an id gets one with that id, and who sends a thing gets that thing, as far as the answer may be so. */
function mirrored(made: Made | undefined, given: JsonObject, fits: (value: unknown) => boolean): Made | undefined {
  if (!made || !isObject(made.value)) return made;
  let value: JsonObject = made.value;
  for (const [name, told] of Object.entries(given)) {
    if (!Object.hasOwn(value, name)) continue;
    const isNumber = typeof value[name] === "number" && typeof told === "string";
    const other = { ...value, [name]: isNumber ? Number(told) : told };
    if (fits(other)) value = other;
  }
  return { value };
}

function given({ pathParameters }: Route, { headers, body }: MockRequest): JsonObject {
  const sent: unknown = body !== "" && isJson(headers["content-type"] ?? "") ? JSON.parse(body) : undefined;
  return { ...(isObject(sent) ? sent : {}), ...pathParameters };
}

function headersOf(
  document: JsonObject,
  response: JsonObject,
  sample: (name: string, schema: unknown) => Made | undefined,
): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, header] of Object.entries(isObject(response["headers"]) ? response["headers"] : {})) {
    const { schema, example } = followed(document, header);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || ours.has(name.toLowerCase())) continue;
    const value = example ?? (schema === undefined ? undefined : sample(name, schema)?.value);
    if (typeof value === "object" || value === undefined) continue;
    found.push([
      name.toLowerCase(),
      String(value)
        .replaceAll(/[^\x20-\x7e]/g, "?")
        .slice(0, 1_000),
    ]);
  }
  return Object.fromEntries(found);
}

/** Headers that say how the answer itself is written. */
const ours = new Set([
  "content-type",
  "content-length",
  "transfer-encoding",
  "connection",
  "content-encoding",
  "upgrade",
]);

/** `code=404, example=none` of a `Prefer` header. */
function preferences(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? "").split(/[,;]/).map((part) => part.trim().split("="));
  return new Map(
    pairs.flatMap(([key = "", value]) => (value === undefined ? [] : [[key.trim().toLowerCase(), value]])),
  );
}
