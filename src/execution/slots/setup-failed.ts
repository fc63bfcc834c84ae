/** The slot holds what it should, but the configured setup command did not succeed in it; another slot would not help. */
export class SetupFailed extends Error {
  override readonly name = "SetupFailed";
}
