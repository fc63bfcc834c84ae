import type { Wordings } from "./wording.ts";

type Codes = "unknown_contract" | "version_exists";

/** Words for those who agree on things before the facts are in. */
export const speculationRefusals: Wordings<Codes> = {
  unknown_contract: ({ contract, version }) => ({
    say:
      version === undefined
        ? "There is no such contract, or none of its versions is in force. Publish one with its kind and specification."
        : "The contract has no such version in force. Look at its versions with read_contract, format history, or publish it with its kind and specification.",
    next: ["read_contract", "publish_contract"],
    facts: { contract, ...(version === undefined ? {} : { version }) },
  }),
  version_exists: ({ contract, version, free }) => ({
    say: "This version was published with another text, and texts of versions never change. Publish yours as another version, such as free_version.",
    next: ["publish_contract", "read_contract"],
    facts: { contract, version, free_version: free },
  }),
};
