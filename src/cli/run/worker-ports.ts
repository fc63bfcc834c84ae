import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Execution } from "../../execution/execution.ts";
import { completeNode } from "../../tools/complete-node.ts";
import type { Tool } from "../../tools/define-tool.ts";
import { failNode } from "../../tools/fail-node.ts";
import type { Reply } from "../../tools/reply.ts";
import { reportProgress } from "../../tools/report-progress.ts";
import { requestNextNode } from "../../tools/request-next-node.ts";
import { callTool } from "../call-tool.ts";
import type { Terminal } from "../terminal.ts";
import { type CommandEnd, runAgentCommand } from "./agent-command.ts";
import { attemptKey, type HandedOut } from "./handed-out.ts";
import { endLeftRunning } from "./left-running.ts";
import type { WorkerPorts } from "./worker.ts";

export interface Job {
  readonly execution: Execution;
  readonly terminal: Terminal;
  readonly plan: string;
  readonly command: string;
  readonly capabilities: readonly string[];
  readonly acceptParked: boolean;
  /** Where the outputs of commands are kept. */
  readonly logFolder: string;
  /** How long a lease lasts, in milliseconds. */
  readonly leaseMs: number;
}

/** Longer than an agent says in a summary. */
const longestText = 9_000;

/** A worker's doings, for real: calls of the same tools that agents use, and processes. */
export function workerPorts(job: Job): Omit<WorkerPorts, "say" | "show" | "halt"> {
  const begun = new Set<string>();
  const call = (tool: Tool, input: object, signal?: AbortSignal): Promise<Reply> =>
    callTool(job.execution, tool, input, { terminal: job.terminal, ...(signal ? { signal } : {}) });
  return {
    requestNode: (agent, signal) =>
      call(
        requestNextNode,
        {
          agent,
          plan_id: job.plan,
          capabilities: job.capabilities,
          accept_parked: job.acceptParked,
          wait_seconds: 20,
        },
        signal,
      ),
    completeNode: (agent, lease, summary, wait_seconds, signal) =>
      call(completeNode, { agent, lease, summary: summary.slice(-longestText), wait_seconds }, signal),
    failNode: (agent, lease, reason, retryable) =>
      call(failNode, { agent, lease, reason: reason.slice(0, longestText), retryable }),
    runCommand: (agent, handed, again, signal) => {
      const key = attemptKey(handed);
      if (handed.resumed && !begun.has(key)) endLeftRunning(handed.lease);
      begun.add(key);
      return runFor(job, agent, handed, again, signal);
    },
    keepLease: async (agent, lease) => {
      const { refused } = await call(reportProgress, { agent, lease });
      return refused !== "stale_lease";
    },
    keepLeaseMs: Math.min(60_000, Math.max(200, job.leaseMs / 3)),
  };
}

async function runFor(
  job: Job,
  agent: string,
  handed: HandedOut,
  again: Reply | undefined,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const { node, worktree, lease } = handed;
  const input = `${JSON.stringify({ ...handed, ...(again ? { rework: reworkIn(again) } : {}) }, null, 2)}\n`;
  const folder = mkdtempSync(join(tmpdir(), "interlock-brief-"));
  const brief = join(folder, "brief.json");
  const logFile = join(job.logFolder, node.plan_id, `${node.id}.${node.attempt}.log`);
  try {
    writeFileSync(brief, input, { mode: 0o600 });
    mkdirSync(dirname(logFile), { recursive: true });
    const environment = {
      ...handed.environment,
      INTERLOCK_ROOT: job.execution.root,
      INTERLOCK_PLAN: node.plan_id,
      INTERLOCK_NODE: node.id,
      INTERLOCK_ATTEMPT: String(node.attempt),
      INTERLOCK_AGENT: agent,
      INTERLOCK_LEASE: lease,
      INTERLOCK_WORKTREE: worktree,
      INTERLOCK_BRIEF: brief,
      ...(again ? { INTERLOCK_REWORK: "1" } : {}),
    };
    return await runAgentCommand({ command: job.command, worktree, environment, input, logFile, signal });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What has to be done better this time: the facts of the train, or of a refusal to take the work as it is. */
function reworkIn(again: Reply): unknown {
  if (again["rework"] !== undefined) return again["rework"];
  const { next: _, status: __, refused, notices: ___, more_notices: ____, ...facts } = again;
  return { ...(refused === undefined ? {} : { reason: refused }), ...facts };
}
