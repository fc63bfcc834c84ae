/** What must be true of contracts, assumptions and artifacts, said apart from the code that keeps it so. */
import type { WorkspaceEvent } from "../../src/core/event.ts";
import { nodeKey } from "../../src/core/ids.ts";
import { nodeByKey, type Workspace } from "../../src/core/workspace.ts";
import type { World } from "./world.ts";

export class AgreementRules {
  readonly #world: World;
  readonly #shadow: Workspace;
  /** The fields of each version that was published, by contract and version. */
  readonly #texts = new Map<string, readonly string[]>();
  /** What each version of an artifact was, by its key and version. */
  readonly #recorded = new Map<string, string>();

  constructor(world: World, shadow: Workspace) {
    this.#world = world;
    this.#shadow = shadow;
  }

  /** Looks at an event before it is applied. */
  before(event: WorkspaceEvent): void {
    const { assumptions } = this.#shadow.speculation;
    if (event.type === "ContractPublished") {
      const key = `${event.contract} ${event.version}`;
      if (this.#texts.has(key)) this.#world.breaks(`[A1] ${key} is published again`);
      this.#texts.set(key, event.specification.split("\n"));
    } else if (event.type === "AssumptionSettled") {
      const found = assumptions.get(event.assumption);
      const is = found?.state.is;
      if (
        is !== "active" &&
        !(is === "validated" && event.verdict === "invalidated") &&
        !(is === "validated" && event.verdict === "superseded")
      )
        this.#world.breaks(`[A4] ${event.assumption} is ${event.verdict} though it is ${is}`);
      // What somebody began on is right as soon as that has landed.
      if (event.verdict === "validated" && event.agent === undefined && found && found.start === undefined) {
        const stand = [
          ...(found.from ? [nodeKey(found.from)] : []),
          ...found.depends.flatMap(({ kind, id }) => (kind === "node" ? [id] : [])),
        ];
        if (!stand.every((key) => this.#hasLanded(key)))
          this.#world.breaks(`[A7] ${event.assumption} is right before ${stand.join(", ")} has landed`);
      }
    } else if (event.type === "ArtifactRecorded") {
      const { artifact, version, back, content, path, requires, links } = event;
      const key = (of: string) => `${artifact.kind}:${artifact.id} ${of}`;
      const said = JSON.stringify([content, path, requires, links]);
      if (this.#recorded.has(key(version))) this.#world.breaks(`[A8] ${key(version)} is recorded again`);
      if (back !== undefined && this.#recorded.get(key(back)) !== said)
        this.#world.breaks(`[A8] ${key(version)} is not what ${back} was`);
      this.#recorded.set(key(version), said);
    }
  }

  /** Of a plan that has landed no nodes are left to look at. */
  #hasLanded(key: string): boolean {
    const [plan = ""] = key.split("/");
    return nodeByKey(this.#shadow, key)?.state.is === "landed" || this.#shadow.plans.get(plan)?.status.is === "landed";
  }

  /** Looks at what all that has happened comes to. */
  look(): void {
    const { contracts, assumptions, artifacts, conflicts } = this.#shadow.speculation;
    for (const { name, versions } of contracts.values()) {
      const current = versions.filter(({ status }) => status === "ACTIVE" || status === "DEPRECATED");
      if (current.length > 1) this.#world.breaks(`[A1] ${name} has ${current.length} versions in force`);
      const [version] = current;
      if (!version) continue;
      const text = this.#texts.get(`${name} ${version.version}`) ?? [];
      const lacks = (fields: readonly string[]) => fields.some((field) => !text.includes(field));
      for (const { id, check, state } of assumptions.values())
        if (state.is === "active" && check?.is === "contract_has" && check.contract === name && lacks(check.fields))
          this.#world.breaks(`[A5] ${id} is active, and ${name} ${version.version} lacks what it counts on`);
      for (const { kind, id, requires } of artifacts.values()) {
        const asked = requires.filter(({ contract }) => contract === name).flatMap((one) => one.fields);
        const isTold = [...conflicts.values()].some(
          ({ artifacts: about }) =>
            about.some((one) => one.kind === "contract" && one.id === name) &&
            about.some((one) => one.kind === "requirement" && one.id === id),
        );
        if (kind === "requirement" && lacks(asked) && !isTold)
          this.#world.breaks(`[A9] ${name} ${version.version} lacks what ${id} asks for, and it is nobody's conflict`);
      }
    }
  }
}
