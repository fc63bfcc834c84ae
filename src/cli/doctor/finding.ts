/** One line of `doctor`: what was looked at, how it is, and what to do where it is not well. */
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warn" | "fail";
  readonly say: string;
  /** What helps. */
  readonly advice?: string;
}

export function ok(check: string, say: string): Finding {
  return { check, state: "ok", say };
}

export function warn(check: string, say: string, advice: string): Finding {
  return { check, state: "warn", say, advice };
}

export function fail(check: string, say: string, advice: string): Finding {
  return { check, state: "fail", say, advice };
}
