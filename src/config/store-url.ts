/** Whether a text names a kind of store that there is: `sqlite`, or a PostgreSQL database by its url. */
export function isStore(text: string): boolean {
  return text === "sqlite" || /^postgres(ql)?:\/\//.test(text);
}
