import { isObject, type JsonObject, own } from "../document.ts";
import { fieldsOfSchema } from "../schema-fields.ts";
import { apiOf, dialectOf } from "./api.ts";

/** Each property that a request or an answer may have; where a description has no paths, those of its schemas. */
export function fieldsOfOpenApi(document: JsonObject): readonly string[] {
  const dialect = dialectOf(document);
  if (!dialect) return [];
  const { requests, responses } = apiOf(document, dialect);
  const bodies = mediaSchemas(document);
  const schemas = own(document["components"], "schemas");
  const all = bodies.length > 0 ? bodies : Object.values(isObject(schemas) ? schemas : {});
  return [...new Set(all.flatMap((raw) => [requests, responses].flatMap((source) => fieldsOfSchema({ raw, source }))))];
}

/** The schemas of all bodies: what stands in a media type below `content`. */
function mediaSchemas(value: unknown, content = false): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((part) => mediaSchemas(part));
  if (!isObject(value)) return [];
  if (content) return Object.values(value).flatMap((media) => own(media, "schema") ?? []);
  return Object.entries(value).flatMap(([key, part]) =>
    key === "schemas" || key === "example" || key === "examples" ? [] : mediaSchemas(part, key === "content"),
  );
}
