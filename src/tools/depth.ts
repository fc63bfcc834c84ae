/** So deep may input be nested; nothing that people or models write comes near, and what walks it calls itself for each level. */
const deepest = 100;

/** Where input is nested too deeply, as its first levels, or nothing. */
export function tooDeep(value: unknown): string | undefined {
  const path = pathBeyond(value, deepest);
  return path && [...path.slice(0, 3), "..."].join(".");
}

function pathBeyond(value: unknown, levels: number): readonly string[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (levels === 0) return [];
  for (const [key, inner] of Object.entries(value)) {
    const path = pathBeyond(inner, levels - 1);
    if (path) return [key, ...path];
  }
  return undefined;
}
