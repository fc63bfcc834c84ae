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
 * the higher of two versions taken, a line counts as kept when the words that it brought in are there.
 */
export function droppedLines({ base, ours, theirs }, merged, by) {
  const isReworded = /imports|keys|manifest|version|layout|whitespace|words/.test(by);
  const lines = (text) =>
    text
      .split("\n")
      .map((line) => line.trim().replace(/,$/, ""))
      .filter(Boolean);
  const [before, kept] = [new Set(lines(base)), new Set(lines(merged))];
  const [known, words] = [new Set(wordsOf(base)), new Set(wordsOf(merged))];
  const isThere = (line) => wordsOf(line).every((word) => known.has(word) || words.has(word));
  const isKept = (line) => kept.has(line) || (isReworded && isThere(line));
  return [...lines(ours), ...lines(theirs)].filter((line) => !before.has(line) && !isKept(line));
}

/** Names and words, without versions and the ids of commits. */
function wordsOf(text) {
  const plain = text.replace(/\b[0-9a-f]{40}\b|\bv?\d+(?:\.\d+)+(?:-[\w.]+)?/g, " ");
  return plain.match(/[\p{L}\p{N}_$]+/gu) ?? [];
}
