/** A media type without its parameters, in lower case; empty when there is none. */
export function mediaTypeOf(header: string | undefined): string {
  return (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

export function isJson(type: string): boolean {
  return mediaTypeOf(type) === "application/json" || mediaTypeOf(type).endsWith("+json");
}

/** The one of several media types (or ranges like `text/*`) that a type fits best. */
export function fittingMediaType(offered: readonly string[], type: string): string | undefined {
  const ranges = [type, `${type.split("/")[0]}/*`, "*/*"];
  for (const range of ranges) {
    const found = offered.find((one) => mediaTypeOf(one) === range);
    if (found !== undefined && type !== "") return found;
  }
  return undefined;
}

/** What is offered that an `Accept` header takes, the one it names first; JSON where it does not care. */
export function acceptable(offered: readonly string[], accept: string | undefined): string | undefined {
  const preferred = offered.find(isJson) ?? offered[0];
  const wanted = (accept ?? "*/*").split(",").map(mediaTypeOf).filter(Boolean);
  for (const want of wanted) {
    if (want === "*/*") return preferred;
    const [kind] = want.split("/");
    const isRange = want.endsWith("/*");
    const found = offered.find((one) =>
      isRange ? mediaTypeOf(one).startsWith(`${kind}/`) : mediaTypeOf(one) === want || mediaTypeOf(one) === "*/*",
    );
    if (found !== undefined) return found;
  }
  return wanted.length === 0 ? preferred : undefined;
}
