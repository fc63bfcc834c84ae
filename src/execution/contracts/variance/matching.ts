/** Whether a text matches a pattern of JSON Schema; patterns that only older rules allow are read by those. Throws on what is none. */
export function matches(pattern: string, text: string): boolean {
  return expression(pattern).test(text);
}

/** A pattern as an expression; a SyntaxError when it is none. */
export function expression(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}
