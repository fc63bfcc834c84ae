/** How long a call may take before its client gives up on it or puts it aside. */

const unknownClient = 50;

/** Seconds by what the client's name contains; each stays below the client's own limit. */
const known: readonly (readonly [part: string, seconds: number])[] = [
  ["claude-code", 110],
  ["codex", 240],
  ["gemini", 540],
];

export function mostWaitSeconds(clientName: string | undefined): number {
  const name = clientName?.toLowerCase() ?? "";
  return known.find(([part]) => name.includes(part))?.[1] ?? unknownClient;
}
