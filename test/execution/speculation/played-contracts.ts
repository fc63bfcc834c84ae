import type { ContractTexts } from "../../../src/execution/speculation/contract-texts.ts";

/** Contracts as a list of fields, one a line: taking one away breaks others, `?` is what nobody understands, `!` is no contract. */
export const playedContracts: ContractTexts = {
  check: async (_, text) => (text.includes("!") ? [{ where: "/1", say: "is no field" }] : []),
  compare: async (_, old, next) => {
    const [before, after] = [fieldsIn(old), fieldsIn(next)];
    if (after.includes("?")) return { change: "unknown", findings: [finding("unknown", "?")] };
    const gone = before.filter((field) => !after.includes(field));
    const more = after.filter((field) => !before.includes(field));
    const findings = [
      ...gone.map((field) => finding("breaking", field)),
      ...more.map((field) => finding("compatible", field)),
    ];
    return { change: gone.length > 0 ? "breaking" : "compatible", findings };
  },
  lacking: async (_, text, fields) => fields.filter((field) => !fieldsIn(text).includes(field)),
};

function finding(change: "compatible" | "breaking" | "unknown", field: string) {
  return { change, rule: `field-${change}`, where: `/${field}`, say: `the field ${field} is ${change}` };
}

function fieldsIn(text: string): readonly string[] {
  return text.split("\n").filter(Boolean);
}
