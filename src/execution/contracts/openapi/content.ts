import type { Finding } from "../contract-kind.ts";
import { own, sameValue } from "../document.ts";
import { type Both, compareSchemas, entriesOf, finding, lookUp, type Versions } from "./api.ts";

/** Whether a request may go on with the body that it has, or without one. */
export function compareRequestBodies(versions: Versions, bodies: Both, where: string): readonly Finding[] {
  const [old, young] = [lookUp(versions.before, bodies.before), lookUp(versions.after, bodies.after)];
  const needed = young["required"] === true;
  if (bodies.before === undefined && bodies.after === undefined) return [];
  if (versions.reversed && (bodies.before === undefined || bodies.after === undefined))
    return [
      finding("unknown", "request-body-changed", where, "What consumers are sent has a body in one version only."),
    ];
  if (bodies.before === undefined)
    return needed
      ? [finding("breaking", "request-body-added-required", where, "A body is asked for now.")]
      : [finding("compatible", "request-body-added-optional", where, "A body may be sent now.")];
  if (bodies.after === undefined)
    return [finding("breaking", "request-body-removed", where, "A body is no longer accepted.")];
  const [lost, gained] = [old["required"] === true && !needed, needed && old["required"] !== true];
  const required = versions.reversed
    ? lost
      ? [
          finding(
            "breaking",
            "request-body-became-optional",
            where,
            "The body need not come any more, and consumers rely on it.",
          ),
        ]
      : []
    : gained
      ? [finding("breaking", "request-body-became-required", where, "The body became required.")]
      : [];
  return [
    ...required,
    ...compareContent(versions, { before: old["content"], after: young["content"] }, "request", `${where} request`),
  ];
}

/** Compares bodies by media type: what one is sent as must be accepted, and what was answered must still be had. */
export function compareContent(
  versions: Versions,
  contents: Both,
  side: "request" | "response",
  where: string,
): readonly Finding[] {
  const old = new Map(entriesOf(versions.before, contents.before).map(([type, media]) => [plain(type), media]));
  const young = new Map(entriesOf(versions.after, contents.after).map(([type, media]) => [plain(type), media]));
  const received = side === "request" && versions.reversed;
  const rule = side === "request" ? "request-body-media-type" : "response-media-type";
  const heir = (type: string) =>
    young.has(type) ? type : side === "request" ? [...young.keys()].find((range) => covers(range, type)) : undefined;
  return [
    ...[...old].flatMap(([type, before]) => {
      const now = heir(type);
      const at = old.size + young.size > 2 ? `${where} ${type}` : where;
      if (now !== undefined) return mediaFindings(versions, { before, after: young.get(now) }, side, at);
      return received ? [] : [finding("breaking", `${rule}-removed`, where, `The media type ${type} is gone.`)];
    }),
    ...[...young.keys()]
      .filter((type) => !old.has(type))
      .map((type) =>
        finding(received ? "breaking" : "compatible", `${rule}-added`, where, `The media type ${type} is new.`),
      ),
  ];
}

function mediaFindings(
  versions: Versions,
  media: Both,
  side: "request" | "response",
  where: string,
): readonly Finding[] {
  const schemas = { before: own(media.before, "schema"), after: own(media.after, "schema") };
  const encodings = sameValue(own(media.before, "encoding"), own(media.after, "encoding"));
  const subject = { whole: `${side}-body`, part: `${side}-property`, side };
  return [
    ...(encodings
      ? []
      : [
          finding(
            "unknown",
            `${side}-body-encoding-changed`,
            where,
            "The parts of the body are written in another way.",
          ),
        ]),
    ...compareSchemas(versions, schemas, side, subject, where),
  ];
}

/** The media type without its case; parameters such as a version belong to it. */
function plain(type: string): string {
  return type
    .toLowerCase()
    .replaceAll(" ", "")
    .replace(/;charset=utf-8$/, "");
}

function covers(range: string, type: string): boolean {
  return range === "*/*" || (range.endsWith("/*") && type.startsWith(range.slice(0, -1)));
}
