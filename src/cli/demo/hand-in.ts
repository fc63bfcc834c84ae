import { setTimeout as pause } from "node:timers/promises";
import type { Desk } from "./agent-loop.ts";
import { type Assignment, completeReply, type Rework } from "./replies.ts";

/** The lease is over: whatever was written is kept, and somebody else does the node. */
export class NodeLost extends Error {}

interface HandIn {
  /** Does again what came back. */
  readonly repair: (rework: Rework) => Promise<void>;
  /** Takes left-over markers out of these files. */
  readonly resolve: (paths: readonly string[]) => void;
  /** Told of each wait, so that it can be counted apart. */
  readonly waiting: <T>(wait: () => Promise<T>) => Promise<T>;
  /** What there is to do when a wait for the verdict has brought none. */
  readonly meanwhile?: () => Promise<void>;
}

/** Hands a node in, and does again what comes back, until it has landed. */
export async function handIn({ lease, node }: Assignment, desk: Desk, how: HandIn): Promise<void> {
  const input = { lease, summary: `Done: ${node.title}.`, wait_seconds: 30 };
  for (;;) {
    desk.tell({ is: "doing", doing: "handed in, waits for its gates" });
    const reply = completeReply.parse(await how.waiting(() => desk.call("complete_node", input)));
    if ("refused" in reply) {
      if (reply.refused === "stale_lease") throw new NodeLost(reply.say);
      desk.tell({ is: "told", say: `was refused: ${reply.refused}. ${reply.say}` });
      if (reply.refused === "markers_left") how.resolve(reply.paths);
      await pause(500);
    } else if (reply.status === "landed") {
      desk.tell({ is: "told", say: `landed ${node.id}` });
      return;
    } else if (reply.status === "rework") await how.repair(reply);
    else await how.meanwhile?.();
  }
}
