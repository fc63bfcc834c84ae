/** A time as callers see it: ISO 8601 in UTC. */
export function timeText(instant: number): string {
  return new Date(instant).toISOString();
}
