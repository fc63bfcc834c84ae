import type { CommitId, PlanId } from "../../core/ids.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { isRefusal } from "../../core/refusal.ts";
import { type Assumption, activeAssumptions, fileCheck } from "../../core/speculation/assumptions.ts";
import type { Hands } from "../hands.ts";
import { checkFiles } from "./file-checks.ts";

/** Looks again at what assumptions are about whenever something has landed. The steward's. */
export class AssumptionWatch {
  readonly #hands: Hands;
  /** What was looked at last of each plan; who takes the office over looks once more. */
  readonly #seen = new Map<PlanId, CommitId>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** Whether a plan has landed something that assumptions were not checked on. */
  isDue(): boolean {
    return this.#due().length > 0;
  }

  async look(): Promise<void> {
    for (const { id } of this.#due()) {
      await this.#hands.manager.refresh();
      const plan = this.#hands.manager.workspace.plans.get(id);
      if (plan) await this.#lookAt(plan);
    }
  }

  async #lookAt({ id, tip }: Plan): Promise<void> {
    const { manager } = this.#hands;
    const checked = checkedIn(manager.workspace, id).flatMap((assumption) => {
      const check = fileCheck(assumption);
      return check ? [{ assumption: assumption.id, check }] : [];
    });
    const found = await Promise.all(
      checked.map(async ({ assumption, check }) => ({
        assumption,
        outcome: await checkFiles(this.#hands, tip, check),
      })),
    );
    const answer = await manager.execute({ type: "CheckAssumptions", plan: id, tip, found });
    if (!isRefusal(answer)) this.#seen.set(id, tip);
  }

  #due(): readonly Plan[] {
    const { workspace } = this.#hands.manager;
    const plans = new Set([...activeAssumptions(workspace)].flatMap(({ plan, check }) => (check ? (plan ?? []) : [])));
    return [...plans].flatMap((id) => {
      const plan = workspace.plans.get(id);
      return plan && plan.status.is !== "landed" && this.#seen.get(id) !== plan.tip ? [plan] : [];
    });
  }
}

function checkedIn(workspace: Hands["manager"]["workspace"], id: PlanId): readonly Assumption[] {
  return [...activeAssumptions(workspace)].filter(({ plan }) => plan === id);
}
