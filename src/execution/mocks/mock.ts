/** A request as it came over HTTP, with the names of its headers in lower case. */
export interface MockRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A contract played as a server: the same request gets the same answer, in whichever process it is asked. */
export interface Mock {
  /** What can be asked, a line each. */
  readonly operations: readonly string[];
  answer(request: MockRequest): Promise<MockAnswer>;
}

/** An answer of ours, not of the contract: what is wrong, in words. */
export function refusal(
  status: number,
  say: string,
  problems: readonly { readonly where: string; readonly say: string }[] = [],
  headers: Readonly<Record<string, string>> = {},
): MockAnswer {
  return json(status, { error: say, ...(problems.length > 0 ? { problems } : {}) }, headers);
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): MockAnswer {
  const body = `${JSON.stringify(value, null, 2)}\n`;
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}
