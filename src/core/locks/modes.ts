/** How a resource is held: alone, optimistically, against change, or merely watched. */
export type Mode = "write" | "edit" | "read" | "watch";

export const modes: readonly Mode[] = ["write", "edit", "read", "watch"];

/**
 * Which modes of different attempts go together on overlapping resources. Readers share because nothing changes; editors
 * share because the merge decides; a reader wants nothing to change, so neither an editor nor a writer may join it.
 */
const together: Readonly<Record<Mode, readonly Mode[]>> = {
  write: ["watch"],
  edit: ["edit", "watch"],
  read: ["read", "watch"],
  watch: ["write", "edit", "read", "watch"],
};

/** Whether two attempts may hold overlapping resources in these modes at once. */
export function compatible(a: Mode, b: Mode): boolean {
  return together[a].includes(b);
}

/** Whether a claim in this mode allows its holder to change what it covers. */
export function allowsChange(mode: Mode): boolean {
  return mode === "write" || mode === "edit";
}

/** Whether a claim in this mode is given back when the work is handed in, since nothing it protects can follow. */
export function endsAtSubmission(mode: Mode): boolean {
  return mode === "read" || mode === "watch";
}
