import { quoted, sameValue } from "../document.ts";
import { type Sent, typeOf, typeWords } from "./instances.ts";
import type { Bound, InstanceType, Keywords } from "./keywords.ts";
import { lengthsOf, longestOf } from "./lengths.ts";
import { matches } from "./matching.ts";
import type { Loss, Search } from "./search.ts";

type Rules = (search: Search, sent: Sent, asked: Keywords) => readonly Loss[];

/** What keeps a value that is sent from being accepted, as far as it can be seen without looking inside. */
export const scalarLosses: Rules = (search, sent, asked) =>
  asked.never
    ? [loss("breaking", "not-accepted", "Nothing is accepted here.")]
    : [
        typeLosses,
        valueLosses,
        boundLosses,
        multipleLosses,
        lengthLosses,
        patternLosses,
        formatLosses,
        uniqueLosses,
      ].flatMap((rules) => rules(search, sent, asked));

const typeLosses: Rules = ({ way }, { types }, asked) => {
  const refused = [...types].filter((type) => asked.types && !asked.types.has(type));
  if (refused.length === 0) return [];
  const onlyNull = refused.length === 1 && refused[0] === "null" && types.size > 1;
  if (onlyNull)
    return way === "sent"
      ? [loss("breaking", "became-not-nullable", "Null is no longer accepted.")]
      : [loss("breaking", "became-nullable", "It may be null now, and readers do not expect that.")];
  const say = `What is sent may be ${typeWords(types)}; what is accepted is ${typeWords(asked.types ?? [])}.`;
  return [loss("breaking", "type-changed", say)];
};

const valueLosses: Rules = ({ way }, { values, types }, asked) => {
  const { values: accepted, isConst } = asked;
  if (!accepted) return [];
  if (!values) {
    if (![...types].some((type) => asked.types?.has(type) ?? true)) return [];
    if (way === "sent")
      return [loss("breaking", isConst ? "const-added" : "became-enum", "Only listed values are accepted now.")];
    return [
      loss(
        "breaking",
        isConst ? "const-removed" : "enum-removed",
        "Values are no longer limited to those that readers know.",
      ),
    ];
  }
  const missing = values.filter(
    (value) => (asked.types?.has(typeOf(value)) ?? true) && !accepted.some((other) => sameValue(value, other)),
  );
  if (missing.length === 0) return [];
  const list = missing.slice(0, 5).map(quoted).join(", ");
  const rule = isConst ? "const-changed" : way === "sent" ? "enum-value-removed" : "enum-value-added";
  return [loss("breaking", rule, way === "sent" ? `No longer accepted: ${list}.` : `Readers do not know: ${list}.`)];
};

const boundLosses: Rules = ({ way }, { s, types, values }, asked) => {
  if (!types.has("integer") && !types.has("fraction")) return [];
  const whole = !types.has("fraction");
  const numbers = values?.filter((value) => typeof value === "number");
  const judge = (key: "lower" | "upper", sign: 1 | -1, name: string): readonly Loss[] => {
    const limit = asked[key];
    if (!limit) return [];
    const edge = edgeOf(limit, sign, whole);
    if (numbers) {
      if (numbers.every((value) => value * sign > edge.value || (value * sign === edge.value && !edge.exclusive)))
        return [];
    }
    const mine = s.flatMap((part) => (part[key] ? [edgeOf(part[key], sign, whole)] : []));
    if (
      mine.some(
        ({ value, exclusive }) => value > edge.value || (value === edge.value && (exclusive || !edge.exclusive)),
      )
    )
      return [];
    const rule = `${limit.exclusive ? "exclusive-" : ""}${name}${moved(way, sign === 1, mine.length > 0)}`;
    return [
      loss(
        "breaking",
        rule,
        `The ${name === "min" ? "smallest" : "largest"} number that is accepted is ${limit.value}; others may be sent.`,
      ),
    ];
  };
  return [...judge("lower", 1, "min"), ...judge("upper", -1, "max")];
};

/** A bound as one from below; whole numbers are bounded by whole numbers. */
function edgeOf({ value, exclusive }: Bound, sign: 1 | -1, whole: boolean): Bound {
  const edge = value * sign;
  if (!whole) return { value: edge, exclusive };
  return { value: exclusive ? Math.floor(edge) + 1 : Math.ceil(edge), exclusive: false };
}

const multipleLosses: Rules = (_search, { s, types, values }, asked) => {
  const step = asked.multipleOf;
  if (step === undefined || (!types.has("integer") && !types.has("fraction"))) return [];
  // Fractions are not exact, so only whole steps are divided.
  const divides = (value: number) =>
    value === step || (Number.isInteger(value) && Number.isInteger(step) && value % step === 0);
  if (values?.every((value) => typeof value !== "number" || divides(value))) return [];
  const mine = [...s.flatMap(({ multipleOf }) => multipleOf ?? []), ...(types.has("fraction") ? [] : [1])];
  return mine.some(divides) ? [] : [loss("breaking", "multiple-of-changed", `Only multiples of ${step} are accepted.`)];
};

const lengths: readonly {
  readonly key: string;
  readonly type: InstanceType;
  readonly name: string;
  readonly what: string;
}[] = [
  { key: "minLength", type: "string", name: "min-length", what: "shortest text" },
  { key: "maxLength", type: "string", name: "max-length", what: "longest text" },
  { key: "minItems", type: "array", name: "min-items", what: "shortest array" },
  { key: "maxItems", type: "array", name: "max-items", what: "longest array" },
  { key: "minProperties", type: "object", name: "min-properties", what: "smallest object" },
  { key: "maxProperties", type: "object", name: "max-properties", what: "largest object" },
];

const lengthLosses: Rules = ({ way }, { s, types, values }, asked) =>
  lengths.flatMap(({ key, type, name, what }) => {
    const limit = asked.counts[key];
    if (limit === undefined || !types.has(type)) return [];
    const least = key.startsWith("min");
    if (
      type === "string" &&
      values?.every((value) => typeof value !== "string" || within([...value].length, limit, least))
    )
      return [];
    const promised = new Set(s.flatMap(({ required }) => [...required])).size;
    const known = lengthsOf(s, key);
    const implied =
      key === "minProperties"
        ? Math.max(known ?? 0, promised)
        : key === "maxItems"
          ? longestOf(s)
          : (known ?? (least ? 0 : Number.POSITIVE_INFINITY));
    if (within(implied, limit, least)) return [];
    const rule = `${name}${moved(way, least, known !== undefined)}`;
    return [loss("breaking", rule, `The ${what} that is accepted has ${limit}; others may be sent.`)];
  });

function within(length: number, limit: number, least: boolean): boolean {
  return least ? length >= limit : length <= limit;
}

const patternLosses: Rules = ({ way }, { s, types, values }, { pattern }) => {
  if (pattern === undefined || !types.has("string") || s.some((part) => part.pattern === pattern)) return [];
  if (values?.every((value) => typeof value !== "string" || matches(pattern, value))) return [];
  if (s.some((part) => part.pattern !== undefined))
    return [loss("unknown", "pattern-changed", `Whether all that is sent matches ${quoted(pattern)} is not known.`)];
  const rule = way === "sent" ? "pattern-added" : "pattern-removed";
  return [loss("breaking", rule, `What is sent need not match ${quoted(pattern)}, which is asked for.`)];
};

/** Formats that validators check; others are hints. */
const formats = new Set(
  `date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email hostname ipv4 ipv6 regex uuid
  json-pointer relative-json-pointer byte int32 int64 float double`.split(/\s+/),
);
const numeric = new Set(["int32", "int64", "float", "double"]);

/** Each value of the first format is one of the second. */
const wider: Readonly<Record<string, readonly string[]>> = {
  int32: ["int64", "double"],
  float: ["double"],
  uri: ["uri-reference"],
  url: ["uri", "uri-reference"],
};

const formatLosses: Rules = ({ way }, { s, types, values }, { format }) => {
  const concerns = numeric.has(format ?? "") ? types.has("integer") || types.has("fraction") : types.has("string");
  if (format === undefined || !concerns) return [];
  const mine = s.flatMap((part) => part.format ?? []);
  if (mine.some((own) => own === format || wider[own]?.includes(format))) return [];
  const change = formats.has(format) && !values ? "breaking" : "unknown";
  const rule = mine.length > 0 ? "format-changed" : way === "sent" ? "format-added" : "format-removed";
  return [loss(change, rule, `The format ${quoted(format)} is asked for and not promised.`)];
};

const uniqueLosses: Rules = ({ way }, { s, types }, { uniqueItems }) => {
  if (!uniqueItems || !types.has("array") || s.some((part) => part.uniqueItems) || longestOf(s) <= 1) return [];
  return [
    loss(
      "breaking",
      way === "sent" ? "unique-items-added" : "unique-items-removed",
      "Elements must differ, which is not promised.",
    ),
  ];
};

/** A limit from below that is asked for was raised or set when senders are old, and lowered or taken away when they are new. */
function moved(way: Search["way"], least: boolean, known: boolean): string {
  if (way === "sent") return known ? (least ? "-increased" : "-decreased") : "-set";
  return known ? (least ? "-decreased" : "-increased") : "-unset";
}

function loss(change: Loss["change"], rule: string, say: string): Loss {
  return { change, rule, at: "", say };
}
