import type { WorkspaceEvent } from "../../src/core/event.ts";
import { nodeKey } from "../../src/core/ids.ts";
import type { Node } from "../../src/core/node/node.ts";
import { findNode, type Workspace } from "../../src/core/workspace.ts";
import { expect } from "./expect.ts";
import { lets } from "./invariants.ts";

interface Begun {
  readonly plan: string;
  readonly attempt: number;
  /** Nodes on whose submission it began. */
  readonly nodes: Set<string>;
  /** Contracts on whose version it began. */
  readonly contracts: Map<string, string>;
  /** What came back or was broken since, and its agent was not told of yet. */
  readonly untold: Set<string>;
}

/** Sees from the events alone who began on what, and that nothing lands as it was made when that has changed. [T12] */
export class GroundWatch {
  readonly #begun = new Map<string, Begun>();
  /** What kept work was made on. */
  readonly #kept = new Map<string, Begun>();
  readonly #count: (what: string) => void;

  /** Whoever wants to know that it was tried is told what happens. */
  constructor(count: (what: string) => void = () => {}) {
    this.#count = count;
  }

  /** Call with the state before the event. */
  before(workspace: Workspace, event: WorkspaceEvent): void {
    switch (event.type) {
      case "NodeLeased":
        this.#begins(workspace, event);
        return;
      case "ParkedAccepted":
        this.#takesOver(nodeKey(event));
        return;
      case "NodeReturned":
        this.#comesBack(workspace, event);
        this.#isTold(workspace, event);
        return;
      case "NodeWithdrawn":
        this.#comesBack(workspace, event);
        return;
      case "NodeGivenUp":
      case "AttemptFenced":
      case "NodeFailed":
      case "NodeCancelled":
        this.#comesBack(workspace, event);
        this.#ends(nodeKey(event));
        return;
      case "ContractPublished":
      case "ContractActivated":
        this.#comesIntoForce(workspace, event);
        return;
      case "LandingIntended":
        for (const node of [...event.carries, event.node]) this.#mayLand({ plan: event.plan, node });
        return;
      case "NodeLanded": {
        const { state } = findNode(workspace, event.plan, event.node) ?? {};
        if (state?.is !== "submitted") this.#mayLand(event);
        for (const other of this.#all()) if (other.plan === event.plan) other.nodes.delete(event.node);
        return;
      }
      default:
        return;
    }
  }

  #begins(workspace: Workspace, event: WorkspaceEvent & { type: "NodeLeased" }): void {
    const plan = workspace.plans.get(event.plan);
    const { soft = [] } = plan?.nodes.get(event.node)?.spec ?? {};
    const open = plan ? soft.filter((edge) => !lets(plan, edge.node) && !isRed(plan.nodes.get(edge.node))) : [];
    const contracts = new Map<string, string>();
    for (const edge of open)
      if (edge.edge === "contract") contracts.set(edge.contract, inForce(workspace, edge.contract)?.version ?? "none");
    const nodes = new Set(open.flatMap((edge) => (edge.edge === "submit" ? [edge.node] : [])));
    if (open.length > 0) this.#count("begun early");
    const key = nodeKey(event);
    this.#begun.set(key, { plan: event.plan, attempt: event.attempt, nodes, contracts, untold: new Set() });
    if (event.content) this.#takesOver(key);
  }

  /** Work that was kept is no better than what it was made on. */
  #takesOver(key: string): void {
    const [begun, kept] = [this.#begun.get(key), this.#kept.get(key)];
    for (const what of kept?.untold ?? []) begun?.untold.add(what);
    for (const id of kept?.nodes ?? []) begun?.nodes.add(id);
  }

  /** It may be handed in late, so it is known until somebody else begins. */
  #ends(key: string): void {
    const begun = this.#begun.get(key);
    if (begun) this.#kept.set(key, begun);
  }

  #comesBack(workspace: Workspace, event: { readonly plan: string; readonly node: string }): void {
    if (findNode(workspace, event.plan, event.node)?.state.is !== "submitted") return;
    for (const begun of this.#all())
      if (begun.plan === event.plan && begun.nodes.has(event.node)) this.#loses(begun, event.node);
  }

  #comesIntoForce(
    workspace: Workspace,
    event: WorkspaceEvent & { type: "ContractPublished" | "ContractActivated" },
  ): void {
    if (event.type === "ContractPublished" && event.status !== "ACTIVE") return;
    const isReplaced = inForce(workspace, event.contract)?.status === "DEPRECATED";
    if (event.change !== "breaking" && event.change !== "unknown" && !isReplaced) return;
    for (const begun of this.#all()) {
      const version = begun.contracts.get(event.contract);
      if (version !== undefined && version !== event.version) this.#loses(begun, event.contract);
    }
  }

  #all(): ReadonlySet<Begun> {
    return new Set([...this.#begun.values(), ...this.#kept.values()]);
  }

  #loses({ untold }: Begun, what: string): void {
    this.#count("ground lost under work");
    untold.add(what);
  }

  /** It goes back together with what there is instead. */
  #isTold(workspace: Workspace, event: WorkspaceEvent & { type: "NodeReturned" }): void {
    const plan = workspace.plans.get(event.plan);
    const node = plan?.nodes.get(event.node);
    const begun = this.#begun.get(nodeKey(event));
    if (!plan || !begun || node?.state.is !== "submitted") return;
    if (event.why.reason !== "ground_changed") {
      // It has all that landed in its hands now.
      if (event.base !== node.state.submission?.base)
        for (const id of begun.untold) if (lets(plan, id)) begun.untold.delete(id);
      return;
    }
    for (const { contract, to } of event.why.contracts ?? []) begun.contracts.set(contract, to);
    const told = new Set([...event.why.nodes, ...(event.why.contracts ?? []).map(({ contract }) => contract)]);
    expect(
      [...begun.untold].filter((what) => !told.has(what)),
      `[T12] what ${event.node} is not told of`,
    ).toEqual([]);
    begun.untold.clear();
  }

  #mayLand(ref: { readonly plan: string; readonly node: string }): void {
    const { untold } = this.#begun.get(nodeKey(ref)) ?? {};
    expect([...(untold ?? [])], `[T12] what ${ref.node} was made on and has changed since`).toEqual([]);
  }
}

function isRed(node: Node | undefined): boolean {
  return (node?.spec.redGates?.length ?? 0) > 0;
}

function inForce({ speculation }: Workspace, contract: string) {
  return speculation.contracts
    .get(contract)
    ?.versions.find(({ status }) => status === "ACTIVE" || status === "DEPRECATED");
}
