import type { ErrorObject } from "ajv";

const most = 20;

/** What a validator found, in words; `at` is what it looked at. */
export function problemsOf(
  errors: readonly Pick<ErrorObject, "instancePath" | "message" | "params">[],
  at = "",
): readonly { readonly where: string; readonly say: string }[] {
  return errors.slice(0, most).map(({ instancePath, message, params }) => {
    const named = params["additionalProperty"] ?? params["unevaluatedProperty"];
    const allowed = Array.isArray(params["allowedValues"])
      ? `: ${JSON.stringify(params["allowedValues"]).slice(0, 200)}`
      : "";
    const which = named === undefined ? allowed : ` (${JSON.stringify(named)})`;
    return { where: at + instancePath, say: `It ${message ?? "does not fit"}${which}.` };
  });
}
