import { listed, type Wordings } from "./wording.ts";

type Codes =
  | "cancelled"
  | "disk_unusable"
  | "internal_error"
  | "invalid_input"
  | "no_repository"
  | "not_built"
  | "outdated"
  | "request_id_reused"
  | "store_busy"
  | "config_unusable"
  | "store_unusable";

/** Words for what may happen to any call. */
export const callRefusals: Wordings<Codes> = {
  cancelled: () => ({ say: "The call was cancelled while it waited.", next: [], facts: {} }),
  disk_unusable: ({ problem }) => ({
    say: "The disk or the system refused, so this was not done. What is in worktrees is as it was; a person has to help, then call again.",
    next: [],
    facts: { problem },
  }),
  internal_error: ({ reference }) => ({
    say: "Something went wrong in Interlock itself. It was logged under reference; calling again may help, and `interlock doctor` may know more.",
    next: ["get_status"],
    facts: { reference },
  }),
  invalid_input: ({ problems }) => ({
    say:
      problems.length === 1
        ? "The input has a problem, so nothing was done. Correct it and call again."
        : `The input has ${problems.length} problems, so nothing was done. Correct them all and call again.`,
    next: [],
    facts: listed(
      "problems",
      problems.map(({ cycle, ...problem }) => ({ ...problem, ...(cycle ? { cycle: [...cycle] } : {}) })),
    ),
  }),
  no_repository: ({ looked }) => ({
    say: "No git repository was found. Start the server inside one, or give it --root or INTERLOCK_ROOT.",
    next: [],
    facts: { looked: [...looked] },
  }),
  not_built: ({ what }) => ({
    say: "This is not built yet. Nothing was done; call again without it.",
    next: [],
    facts: { what },
  }),
  outdated: () => ({
    say: "Things changed while this was done. Look again and repeat the call if it still makes sense.",
    next: ["get_status"],
    facts: {},
  }),
  request_id_reused: () => ({
    say: "This request_id was used for another call. Take a new one for a new call.",
    next: [],
    facts: {},
  }),
  store_busy: ({ problem }) => ({
    say: "The store is busy. Nothing was done; call again in a moment.",
    next: [],
    facts: { retry_after_seconds: 2, ...(problem === undefined ? {} : { problem }) },
  }),
  config_unusable: ({ problem }) => ({
    say: "The repository's interlock.yaml cannot be used. Nothing was done; a person has to mend and commit it.",
    next: [],
    facts: { problem },
  }),
  store_unusable: ({ problem }) => ({
    say: "The store cannot be used as it is. Nothing was done.",
    next: [],
    facts: { problem },
  }),
};
