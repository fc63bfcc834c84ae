import type { Wordings } from "./wording.ts";

type Codes =
  | "assumption_settled"
  | "no_mock"
  | "unknown_artifact"
  | "unknown_assumption"
  | "unknown_contract"
  | "version_exists";

/** Words for those who agree on things before the facts are in. */
export const speculationRefusals: Wordings<Codes> = {
  assumption_settled: ({ assumption, status }) => ({
    say: "This assumption was settled before, and that stands. Track a new one if there is more to say.",
    next: ["track_assumption"],
    facts: { assumption_id: assumption, assumption_status: status },
  }),
  no_mock: ({ contract, problem }) => ({
    say: "There is nothing to play for this contract; problem says why. OpenAPI and GraphQL are served over HTTP, JSON Schema and AsyncAPI give examples; build against the text of the others with read_contract, format spec.",
    next: ["read_contract"],
    facts: { contract, problem },
  }),
  unknown_artifact: ({ artifact, version }) => ({
    say: "Nothing was recorded under this kind and id, or not in this version.",
    next: ["record_artifact"],
    facts: { artifact, ...(version === undefined ? {} : { version }) },
  }),
  unknown_assumption: ({ assumption }) => ({
    say: "There is no assumption with this id.",
    next: ["track_assumption", "get_status"],
    facts: { assumption_id: assumption },
  }),
  unknown_contract: ({ contract, version }) => ({
    say:
      version === undefined
        ? "There is no such contract, or none of its versions is in force. Publish one with its kind and specification."
        : "The contract has no such version in force. Look at its versions with read_contract, format history, or publish it with its kind and specification.",
    next: ["read_contract", "publish_contract"],
    facts: { contract, ...(version === undefined ? {} : { version }) },
  }),
  version_exists: ({ id, version, free }) => ({
    say: "This version exists with another content, and versions never change. Give yours another version, such as free_version.",
    next: ["publish_contract", "record_artifact", "read_contract"],
    facts: { id, version, free_version: free },
  }),
};
