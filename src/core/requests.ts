import type { Instant } from "./ids.ts";
import type { Recorded, RequestMark } from "./recorded.ts";

/** The calls of the last day that changed something, with what they changed, so that a repetition acts no second time. */
export type Requests = Map<string, KnownRequest>;

export interface KnownRequest {
  readonly input: string;
  readonly at: Instant;
  /** The first hundred; a plan of many nodes is told again from its first event. */
  readonly events: Recorded[];
}

const mostEvents = 100;

const remembered = 24 * 3_600_000;

export function noRequests(): Requests {
  return new Map();
}

export function knownRequest(requests: Requests, { scope, id }: RequestMark, now: Instant): KnownRequest | undefined {
  const known = requests.get(keyOf(scope, id));
  return known && now - known.at < remembered ? known : undefined;
}

export function rememberRequest(requests: Requests, recorded: Recorded): void {
  if (!recorded.request) return;
  const { scope, id, input } = recorded.request;
  const known = requests.get(keyOf(scope, id));
  if (known && known.input === input && recorded.at - known.at < remembered) {
    if (known.events.length < mostEvents) known.events.push(recorded);
    return;
  }
  requests.delete(keyOf(scope, id));
  requests.set(keyOf(scope, id), { input, at: recorded.at, events: [recorded] });
  forgetOld(requests, recorded.at);
}

/** The map is in order of insertion, so only its front can be too old. */
function forgetOld(requests: Requests, now: Instant): void {
  for (const [key, { at }] of requests) {
    if (now - at < remembered) return;
    requests.delete(key);
  }
}

function keyOf(scope: string, id: string): string {
  return `${scope}\n${id}`;
}
