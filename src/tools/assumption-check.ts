/** The check of an assumption as callers write it: published short, because every byte costs each caller, and read strictly. */
import { z } from "zod";
import { problemsOf } from "../config/problems.ts";
import type { AssumptionCheck } from "../core/speculation/assumptions.ts";
import type { Refused } from "../execution/answers.ts";
import { dataOf, idField, textOf } from "./fields.ts";

export const checkField = z.unknown().optional().meta({
  type: "object",
  description:
    "contract_has {name, fields}, contract_covers {name, requirement}, path_exists, exports {path, name}, json_equals {path, pointer, value}",
});

const path = textOf(1024).min(1);

const schema = z
  .strictObject({
    contract_has: z.strictObject({ name: idField, fields: z.array(textOf(500).min(1)).min(1).max(200) }),
    contract_covers: z.strictObject({ name: idField, requirement: textOf(200).min(1) }),
    path_exists: z.union([path, z.strictObject({ path })]),
    exports: z.strictObject({ path, name: textOf(200).min(1) }),
    json_equals: z.strictObject({
      path,
      pointer: textOf(1024).regex(/^(\/.*)?$/s, "must start with '/'"),
      value: dataOf(10_000),
    }),
  })
  .partial()
  .refine((given) => Object.keys(given).length === 1, "must name one check");

/** Reads a check, or says all that is wrong with it. */
export function readCheck(raw: unknown): { readonly check?: AssumptionCheck } | Refused {
  if (raw === undefined) return {};
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error.issues, raw);
    return {
      refused: "invalid_input",
      problems: problems.map((one) => ({ ...one, path: one.path === "" ? "check" : `check.${one.path}` })),
    };
  }
  const {
    contract_has: has,
    contract_covers: covers,
    path_exists: exists,
    json_equals: equals,
    exports: module,
  } = parsed.data;
  if (has) return { check: { is: "contract_has", contract: has.name, fields: has.fields } };
  if (covers) return { check: { is: "contract_covers", contract: covers.name, requirement: covers.requirement } };
  if (module) return { check: { is: "exports", path: module.path, name: module.name } };
  if (equals) return { check: { is: "json_equals", path: equals.path, pointer: equals.pointer, value: equals.value } };
  return { check: { is: "path_exists", path: typeof exists === "object" ? exists.path : (exists ?? "") } };
}
