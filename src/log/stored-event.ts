import type { Position } from "../core/ids.ts";
import type { Pending, Recorded, RequestMark } from "../core/recorded.ts";
import { currentEvents } from "./event-versions.ts";
import type { StoredBody } from "./upcast.ts";

/** An event as the columns of a row: position, at, version, request as JSON, body as JSON. */
export type StoredEvent = readonly [
  position: Position,
  at: number,
  version: number,
  request: string | null,
  body: string,
];

/** Makes the row of an event; throws for what the log could not read back. */
export function toStored(position: Position, { at, event, request }: Pending): StoredEvent {
  const version = currentEvents.versionOf(event.type);
  return [position, at, version, request === undefined ? null : JSON.stringify(request), JSON.stringify(event)];
}

/** Reads a row of any age; throws StoreUnusable for one that only a newer program knows. */
export function toRecorded([position, at, version, request, body]: StoredEvent): Recorded {
  const event = currentEvents.toCurrent(JSON.parse(body) as StoredBody, version);
  return request === null
    ? { position, at, event }
    : { position, at, event, request: JSON.parse(request) as RequestMark };
}
