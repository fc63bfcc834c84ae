/** Counts of what became of merges and their files. */
export function summarise(merges) {
  const conflicted = merges.filter(({ conflicts }) => conflicts.length > 0);
  const isResolved = ({ left }) => left.length === 0;
  const files = conflicted.flatMap(({ files }) => files);
  const labels = {};
  for (const { by, verdict } of files) {
    labels[by] ??= { files: 0, equal: 0, alike: 0, different: 0, gone: 0 };
    labels[by].files += 1;
    labels[by][verdict] += 1;
  }
  return {
    merges: {
      all: merges.length,
      conflicted: conflicted.length,
      resolved: conflicted.filter(isResolved).length,
      equal: conflicted.filter((merge) => isResolved(merge) && merge.files.every(({ verdict }) => verdict === "equal"))
        .length,
      lockFilesLeft: conflicted.filter((merge) => !isResolved(merge) && merge.left.every(({ isLock }) => isLock))
        .length,
      partly: conflicted.filter((merge) => !isResolved(merge) && merge.files.length > 0).length,
    },
    files: {
      conflicted: conflicted.reduce((sum, { conflicts }) => sum + conflicts.length, 0),
      resolved: files.length,
      droppedLines: files.reduce((sum, { dropped }) => sum + dropped.length, 0),
    },
    labels: Object.fromEntries(Object.entries(labels).sort(([, a], [, b]) => b.files - a.files)),
    left: leftByKind(conflicted),
    milliseconds: {
      all: (merges.reduce((sum, { gitMs, chainMs }) => sum + gitMs + chainMs, 0) / 1000).toFixed(0),
      git: spread(conflicted.map(({ gitMs }) => gitMs)),
      chain: spread(conflicted.map(({ chainMs }) => chainMs)),
    },
  };
}

function leftByKind(conflicted) {
  const counts = {};
  for (const { path, kind } of conflicted.flatMap(({ left }) => left)) {
    const what = kind === "content" ? (/\.[^./]+$/.exec(path)?.[0] ?? "no extension") : kind;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).sort(([, a], [, b]) => b - a));
}

function spread(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}
