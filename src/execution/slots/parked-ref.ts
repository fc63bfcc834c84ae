import { treeOf } from "../git/objects.ts";
import { listRefs, moveRef } from "../git/refs.ts";
import type { Git } from "../git/runner.ts";

/**
 * Keeps an object on `name`, or on the first of `name.2`, `name.3`, … that is free or holds the same already. With `make`,
 * `id` is a tree, a commit of the same tree is the same, and the commit is only made when none is there.
 */
export async function keepOnRef(
  git: Git,
  name: string,
  id: string,
  make?: () => Promise<string>,
): Promise<{ readonly ref: string; readonly oid: string }> {
  for (;;) {
    const taken = new Map(
      (await listRefs(git, [name.slice(0, name.lastIndexOf("/"))])).map((ref) => [ref.name, ref.oid]),
    );
    let ref = name;
    for (let number = 2; taken.has(ref); number += 1) {
      const held = taken.get(ref) ?? "";
      if (make === undefined ? held === id : (await treeOf(git, held)) === id) return { ref, oid: held };
      ref = `${name}.${number}`;
    }
    const oid = make === undefined ? id : await make();
    const move = await moveRef(git, { ref, from: undefined, to: oid, reason: "interlock: park" });
    if (move.moved) return { ref, oid };
  }
}
