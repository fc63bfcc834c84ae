/** How a text that the chain made compares with what people made: equal, alike but for order and spaces, different, or gone. */
export function verdictOn(own, peoples) {
  if (peoples === undefined) return "gone";
  if (own === peoples) return "equal";
  const words = (text) =>
    text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .sort()
      .join("\n");
  return words(own) === words(peoples) ? "alike" : "different";
}

/**
 * Lines that a side added and that are not in a text, judged apart from the chain's own guard. Where lists of names were joined or
 * the higher of two versions taken, a line counts as kept when its words are.
 */
export function droppedLines({ base, ours, theirs }, merged, by) {
  const isReworded = /imports|keys|manifest|whitespace/.test(by);
  const lines = (text) =>
    text
      .split("\n")
      .map((line) => line.trim().replace(/,$/, ""))
      .filter(Boolean);
  const [before, kept] = [new Set(lines(base)), new Set(lines(merged))];
  const words = new Set(wordsOf(merged));
  const isKept = (line) => kept.has(line) || (isReworded && wordsOf(line).every((word) => words.has(word)));
  return [...lines(ours), ...lines(theirs)].filter((line) => !before.has(line) && !isKept(line));
}

/** Names and words, without versions and the ids of commits. */
function wordsOf(text) {
  return (text.match(/[\p{L}\p{N}_$]+/gu) ?? []).filter((word) => !/^v?\d|^[0-9a-f]{40}$/.test(word));
}
