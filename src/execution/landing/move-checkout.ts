import { diffTrees } from "../git/diff.ts";
import { parseNames } from "../git/objects.ts";
import type { Git, GitPlace } from "../git/runner.ts";
import type { BusyCheckout, Checkout } from "./checkouts.ts";
import { findUntracked, isAlready } from "./files-in-the-way.ts";

/** Why a checkout cannot follow its branch. */
export type CheckoutRefusal =
  | { readonly refused: "dirty_checkout"; readonly worktree: string; readonly paths: readonly string[] }
  | { readonly refused: "untracked_in_the_way"; readonly worktree: string; readonly paths: readonly string[] }
  | BusyCheckout;

/** From one commit to another. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** What moving a checkout takes. */
export type CheckoutMove =
  | { readonly is: "done" }
  | {
      readonly is: "open";
      /** Files that a move which was cut off has written already. */
      readonly written: readonly string[];
    };

/** How a checkout can be moved, or why it must not be; changes nothing. */
export async function planCheckoutMove(
  git: Git,
  checkout: Checkout,
  move: Move,
): Promise<CheckoutMove | CheckoutRefusal> {
  const place = placeOf(checkout);
  const dirty = await listDirty(git, place);
  if (!dirty.some((entry) => entry.inFiles) && (await holdsIndexOf(git, place, move.to))) return { is: "done" };
  const changes = new Map((await diffTrees(git, move.from, move.to)).map((change) => [change.path, change]));
  const written: string[] = [];
  for (const { path } of dirty) {
    const change = changes.get(path);
    if (change !== undefined && (await isAlready(git, place, change))) written.push(path);
  }
  if (written.length < dirty.length) {
    return { refused: "dirty_checkout", worktree: checkout.path, paths: dirty.map((entry) => entry.path) };
  }
  const untracked = await findUntracked(git, place, [...changes.values()]);
  if (untracked.inTheWay.length > 0) {
    return { refused: "untracked_in_the_way", worktree: checkout.path, paths: untracked.inTheWay };
  }
  return { is: "open", written: [...written, ...untracked.already] };
}

/** Moves index and files of a checkout as planned; git refuses by itself what changed since then. */
export async function moveCheckout(
  git: Git,
  checkout: Checkout,
  move: Move,
  written: readonly string[],
): Promise<CheckoutRefusal | undefined> {
  const place = placeOf(checkout);
  await git.run({ args: ["update-index", "-q", "--refresh"], okCodes: [0, 1], parse: () => undefined }, place);
  if (written.length > 0) {
    // Without an entry of their own git would take them for edits.
    const stdin = written.map((path) => `${path}\0`).join("");
    await git.run(
      { args: ["update-index", "--add", "--remove", "--replace", "-z", "--stdin"], parse: () => undefined },
      { ...place, stdin },
    );
  }
  const args = ["read-tree", "-m", "-u", move.from, move.to];
  const failure = await git.run(
    { args, okCodes: [0, 1, 128], parse: ({ exitCode, stderr }) => (exitCode === 0 ? undefined : stderr) },
    place,
  );
  return failure === undefined ? undefined : refusalOf(checkout, failure);
}

type CheckoutPlace = GitPlace & { readonly workTree: string };

function placeOf(checkout: Checkout): CheckoutPlace {
  return { gitDir: checkout.gitDir, workTree: checkout.path, usersCheckout: true };
}

/** Submodules are left as they are, like `git merge` leaves them. */
async function listDirty(git: Git, place: CheckoutPlace) {
  const options = ["--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames"];
  return git.run(
    {
      args: ["status", ...options],
      parse: (output) => parseNames(output).map((line) => ({ path: line.slice(3), inFiles: line.charAt(1) !== " " })),
    },
    place,
  );
}

function holdsIndexOf(git: Git, place: CheckoutPlace, commit: string): Promise<boolean> {
  return git.run(
    {
      args: ["diff-index", "--cached", "--quiet", "--ignore-submodules=none", commit, "--"],
      okCodes: [0, 1],
      parse: ({ exitCode }) => exitCode === 0,
    },
    place,
  );
}

function refusalOf(checkout: Checkout, failure: string): CheckoutRefusal {
  const paths = [...failure.matchAll(/'(.*)'/g)].map(([, path = ""]) => path);
  if (paths.length === 0) return { refused: "checkout_busy", worktree: checkout.path, doing: failure.trim() };
  const refused = /untracked working tree file/i.test(failure) ? "untracked_in_the_way" : "dirty_checkout";
  return { refused, worktree: checkout.path, paths };
}
