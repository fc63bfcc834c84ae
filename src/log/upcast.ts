import type { WorkspaceEvent } from "../core/event.ts";
import { StoreUnusable } from "./port.ts";

/** An event as it was once written: its fields are those of its type at the version it was stored with. */
export type StoredBody = Readonly<Record<string, unknown>> & { readonly type: string };

/** Which version of each event type is written today; 1 unless its fields ever changed meaning. */
export type Versions = ReadonlyMap<string, number>;

/** From `<type>@<version>` to the event one version on, or to version 1 of another type. */
export type Upcasts = ReadonlyMap<string, (body: StoredBody) => StoredBody>;

/** Brings stored events to today's shape, and refuses those that only a newer program knows. */
export interface Upcaster {
  /** The version with which an event of this type is stored today. */
  versionOf(type: string): number;
  /** Throws StoreUnusable for an unknown type or a version from the future. */
  toCurrent(body: StoredBody, version: number): WorkspaceEvent;
}

export function createUpcaster(versions: Versions, upcasts: Upcasts): Upcaster {
  function versionOf(type: string): number {
    const version = versions.get(type);
    if (version === undefined) throw new StoreUnusable(newer(`an event of type ${type}`));
    return version;
  }

  function toCurrent(body: StoredBody, version: number): WorkspaceEvent {
    const upcast = upcasts.get(`${body.type}@${version}`);
    if (upcast !== undefined) {
      const next = upcast(body);
      return toCurrent(next, next.type === body.type ? version + 1 : 1);
    }
    const current = versionOf(body.type);
    if (version > current) throw new StoreUnusable(newer(`${body.type} in version ${version}`));
    if (version < current)
      throw new StoreUnusable(`No way is known from version ${version} of ${body.type} to ${current}.`);
    // The one place where stored text becomes an event: type and version were checked above.
    return body as unknown as WorkspaceEvent;
  }

  return { versionOf, toCurrent };
}

function newer(what: string): string {
  return `The log holds ${what}, which this program does not know: it was written by a newer Interlock. Update this one.`;
}
