import { GitFault } from "./git/git-fault.ts";

/** What the disk or the system refused, in words that people can act on; undefined when a fault has another reason. */
export function sayDiskFault(fault: unknown): string | undefined {
  for (let at = fault; at instanceof Error; at = at.cause) {
    const code = "code" in at ? String(at.code) : "";
    const told = code !== "" || at instanceof GitFault ? at.message : "";
    const found = wayOut.find(([name, words]) => code === name || words.test(told));
    if (found) return `${found[2]} (${told.split("\n")[0]?.trim()})`;
  }
  return undefined;
}

// By the code of Node's system errors, or by what git says in the same case.
const wayOut: readonly (readonly [code: string, words: RegExp, say: string])[] = [
  ["ENOSPC", /no space left on device/i, "The disk is full. Free some space, then do it again."],
  ["EDQUOT", /quota exceeded/i, "Your share of the disk is used up. Free some space, then do it again."],
  ["EROFS", /read-only file system/i, "The file system cannot be written. Mount it writable, then do it again."],
  [
    "EMFILE",
    /too many open files/i,
    "This process may open no more files. Raise the limit (ulimit -n), then do it again.",
  ],
  [
    "ENFILE",
    /too many open files in system/i,
    "The system has no more open files to give. End something, then do it again.",
  ],
  ["EACCES", /permission denied/i, "Something may not be read or written. Check who owns it, then do it again."],
  [
    "EPERM",
    /operation not permitted/i,
    "Something may not be changed. Check who owns it and its flags, then do it again.",
  ],
  ["EIO", /input\/output error/i, "The disk reports an error. Look at the system's log."],
];
