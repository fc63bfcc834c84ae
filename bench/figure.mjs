/** A row of the report. `ok` is undefined where DESIGN.md sets no budget; with `wrong` a miss is a fault and not slowness. */
export function figure(name, { value, baseline = "", ratio, budget = "", ok, wrong = false }) {
  return { name, value, baseline, ratio, budget, ok, wrong };
}

/** A time beside what a user would pick instead, held against how many times as long it may take. */
export function timeFigure(name, ours, theirs, what, atMost) {
  const ratio = ours / theirs;
  const budget = atMost === undefined ? {} : { budget: `≤ ${atMost} ×`, ok: ratio <= atMost };
  return figure(name, { value: milliseconds(ours), baseline: `${milliseconds(theirs)} ${what}`, ratio, ...budget });
}

export function milliseconds(ms) {
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}

export function thousands(number) {
  return Math.round(number).toLocaleString("en-US");
}
