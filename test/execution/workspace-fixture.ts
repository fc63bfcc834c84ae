import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { NodeSpec } from "../../src/core/plan/spec.ts";
import type { Assigned, CallContext } from "../../src/execution/answers.ts";
import type { Execution, PlanRequest } from "../../src/execution/execution.ts";
import { discoverRepository } from "../../src/execution/git/discover.ts";
import { type OpenOptions, openExecution } from "../../src/execution/open.ts";
import { type TemporaryRepository, temporaryRepository } from "./git/temporary-repository.ts";

/** A repository with a running workspace, closed and removed when the test ends. */
export interface WorkspaceFixture extends TemporaryRepository {
  readonly execution: Execution;
  /** What went wrong behind the scenes. */
  readonly faults: string[];
  plan(nodes: readonly NodeSketch[], header?: Partial<PlanRequest["header"]>): Promise<string>;
  /** Asks for a node and fails the test when there is none. */
  take(agent: string, options?: { readonly acceptParked?: boolean; readonly waitMs?: number }): Promise<Assigned>;
  complete(work: Assigned, options?: { readonly waitMs?: number }): ReturnType<Execution["completeNode"]>;
  /** The content of a path in a commit or ref, or undefined. */
  at(revision: string, path: string): string | undefined;
}

export type NodeSketch = Pick<NodeSpec, "id"> & Partial<NodeSpec>;

export async function workspaceFixture(files: Readonly<Record<string, string>>): Promise<WorkspaceFixture> {
  const repository = temporaryRepository(files);
  return openFixture(repository);
}

/** Opens a workspace on a repository, with what a test plays or puts around it. */
export async function openFixture(
  repository: TemporaryRepository,
  root = repository.root,
  played: Pick<OpenOptions, "clock" | "around" | "outputLimit" | "contractTexts"> = {},
): Promise<WorkspaceFixture> {
  const found = await discoverRepository(root);
  if (!found) throw new Error("no repository");
  const faults: string[] = [];
  const report = (fault: unknown, doing: string) =>
    faults.push(`${doing}: ${fault instanceof Error ? fault.stack : fault}`);
  const execution = await openExecution({ repository: found, report, ...played });
  execution.start({ longLived: true });
  onTestFinished(async () => {
    await execution.close();
    repository.remove();
  });
  return {
    ...repository,
    execution,
    faults,
    plan: async (nodes, header = {}) => {
      const receipt = await execution.submitPlan(planRequest(nodes, header), { dryRun: false }, callOf("submit_plan"));
      if ("refused" in receipt) throw new Error(JSON.stringify(receipt));
      return receipt.plan.id;
    },
    take: async (agent, { acceptParked = false, waitMs = 20_000 } = {}) => {
      const answer = await execution.requestNextNode(
        { agent, capabilities: [], acceptParked, waitMs },
        callOf("request_next_node"),
      );
      if ("refused" in answer || answer.status !== "assigned") throw new Error(JSON.stringify(answer));
      return answer;
    },
    complete: (work, { waitMs = 60_000 } = {}) =>
      execution.completeNode(
        { agent: work.environment["INTERLOCK_AGENT"] ?? "", lease: work.lease },
        { summary: `did ${work.node.id}`, waitMs },
        callOf("complete_node"),
      ),
    at: (revision, path) => {
      try {
        return repository.sh(["show", `${revision}:${path}`]);
      } catch {
        return undefined;
      }
    },
  };
}

export function callOf(tool: string, requestId?: string): CallContext {
  return { tool, inputDigest: "input", signal: new AbortController().signal, ...(requestId ? { requestId } : {}) };
}

export function planRequest(sketches: readonly NodeSketch[], header: Partial<PlanRequest["header"]> = {}): PlanRequest {
  const nodes = sketches.map((sketch) => ({
    kind: "work" as const,
    title: sketch.id,
    instructions: `Do ${sketch.id}.`,
    requires: [],
    dependsOn: [],
    writes: [],
    edits: [],
    reads: [],
    watches: [],
    uses: [],
    priority: 2 as const,
    retries: 2,
    ...sketch,
  }));
  return {
    header: { title: "A plan", constraints: [], policy: {}, flags: {}, ...header },
    nodes,
    draft: { nodes: [] },
    problems: [],
  };
}

/** Writes files into an agent's worktree. */
export function write(work: Assigned, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) writeFileSync(join(work.worktree, path), content);
}
