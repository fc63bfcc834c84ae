/**
 * What counts as flat. A server keeps every plan that has not landed in memory, and what it must know of those that have;
 * the log keeps every event. So memory may grow a little with the work that was done, and the log does.
 */
export const tolerance = {
  /** A shorter run tells nothing of growth: programs are compiled, caches filled and slots made in the first minutes. */
  warmUpSeconds: 150,
  /** Of the heap after a collection, from the second quarter to the last: so much of it, or so many bytes. */
  heapShare: 0.1,
  heapBytes: 2 * 2 ** 20,
  /** Of resident memory, which follows the heap with fits and starts. */
  rssShare: 0.15,
  handles: 4,
  /** Slots in the last quarter beside the second: emptying one must keep up with handing out. */
  slotsShare: 0.15,
  active: 8,
  /** A checkpoint that cannot keep up would let it grow without end. */
  walBytes: 64 * 2 ** 20,
  /** Disk per landed node in the second half beside the first; plans are written into the log before they are worked. */
  diskShare: 0.5,
};

/** One line per criterion: whether it holds, and by what. `undefined` where a run was too short to tell. */
export function verdicts({ samples, problems, left }) {
  const quarter = (n) =>
    samples.slice(Math.floor((samples.length * (n - 1)) / 4), Math.floor((samples.length * n) / 4));
  const long = (samples.at(-1)?.seconds ?? 0) >= tolerance.warmUpSeconds;
  const [second, last] = [quarter(2), quarter(4)];
  const of = (some, key) => median(some.flatMap((one) => one[key]));
  const flat = (key, share, least = 0) => {
    const [before, after] = [of(second, key), of(last, key)];
    return { ok: long ? after <= before + Math.max(share * before, least) : undefined, before, after };
  };
  const heap = flat("heap", tolerance.heapShare, tolerance.heapBytes);
  const rss = flat("rss", tolerance.rssShare);
  const handles = flat("handles", 0, tolerance.handles);
  const active = flat("active", 0, tolerance.active);
  const wal = Math.max(...samples.map((one) => one.wal));
  const most = (some) => Math.max(0, ...some.map((one) => one.slots));
  const slots = { before: most(second), after: most(last) };
  const bounded = slots.after <= slots.before * (1 + tolerance.slotsShare);
  return [
    line("no error", problems.length === 0, `${problems.length}`),
    line("heap of a server", heap.ok, `${mb(heap.before)} then ${mb(heap.after)}`),
    line("memory of a server", rss.ok, `${mb(rss.before)} then ${mb(rss.after)}`),
    line("file handles of a server", handles.ok, `${handles.before} then ${handles.after}`),
    line("timers and handles of its loop", active.ok, `${active.before} then ${active.after}`),
    growth("log, per landed node", "store", samples, long),
    growth(".git, per landed node", "gitSize", samples, long),
    line("write-ahead log", wal <= tolerance.walBytes, `at most ${mb(wal)}`),
    line("slots", long ? bounded : undefined, `at most ${slots.before} then ${slots.after}`),
    ...Object.entries(left.after).map(([name, all]) => line(`left: ${name}`, all.length === 0, `${all.length}`)),
    line("left: what gc could not remove", left.gc.length === 0, `${left.gc.length}`),
  ];
}

function growth(name, key, samples, long) {
  // From the first landing on: until then there were only plans and worktrees to be made.
  const landing = samples.filter(({ landed }) => landed > 0);
  const half = Math.floor(landing.length / 2);
  const per = (some) => {
    const [from, to] = [some[0], some.at(-1)];
    return from && to && to.landed > from.landed ? (to[key] - from[key]) / (to.landed - from.landed) : undefined;
  };
  const [before, after] = [per(landing.slice(0, half + 1)), per(landing.slice(half))];
  const told = before !== undefined && after !== undefined;
  const ok = long && told ? after <= before * (1 + tolerance.diskShare) : undefined;
  return line(name, ok, told ? `${kb(before)} then ${kb(after)}` : "");
}

function line(name, ok, value) {
  return { name, ok, value };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

export function mb(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function kb(bytes) {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
