/** The environment variables for values that were lent from pools: `INTERLOCK_PORT` for one of `port`. */
export function lentVariables(
  claims: readonly { readonly kind: string; readonly pattern: string; readonly value?: number }[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    claims.flatMap(({ kind, pattern, value }) =>
      kind === "pool" && value !== undefined ? [[variable(pattern), String(value)]] : [],
    ),
  );
}

function variable(pool: string): string {
  return `INTERLOCK_${pool.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}`;
}
