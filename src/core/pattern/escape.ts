/** The name, or a part of it, written so that every character stands for itself. */
export function escapeName(name: string): string {
  return name.replace(special, "[$&]");
}

/** The text with a `./` before it where its start would be taken for a negation, a home folder or a drive. */
export function plainStart(text: string): string {
  return misleadingStart.test(text) ? `./${text}` : text;
}

/** What negates in other dialects, or is absolute: `!x`, `~/x`, `C:/x`. */
export const misleadingStart = /^(?:!|~(?:\/|$)|[A-Za-z]:(?:\/|$))/;

const special = /[[{}*?\\\p{Cc}]/gu;
