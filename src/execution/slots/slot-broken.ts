/** What is wrong with a slot's folder or registration. */
export type SlotDamage =
  | "missing"
  | "not_a_folder"
  | "git_file_missing"
  | "git_file_replaced"
  | "registration_missing"
  | "registration_changed"
  | "name_taken"
  | "cannot_clean";

/** A slot is not what we made: it must be quarantined, and its name never used again. */
export class SlotBroken extends Error {
  override readonly name = "SlotBroken";
  readonly slot: string;
  readonly damage: SlotDamage;

  constructor(slot: string, damage: SlotDamage, cause?: unknown) {
    super(`slot ${slot} is broken: ${damage}`, { cause });
    this.slot = slot;
    this.damage = damage;
  }
}
