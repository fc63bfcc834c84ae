/** What the repository of a run holds when it begins. */
export const paths = ["src/a.txt", "src/b.txt", "src/c.txt", "docs/d.txt", "docs/e.txt", "lib.txt"];

/** With or without gates that may fail while others pass. */
export function firstFiles(isScored: boolean): ReadonlyMap<string, string> {
  const texts = paths.map((path): [string, string] => [
    path,
    Array.from({ length: 3 }, (_, line) => `${path} line ${line}\n`).join(""),
  ]);
  return new Map([...texts, ["interlock.yaml", isScored ? scored : config]]);
}

/** Short leases, since a run lasts for minutes; the commands are never run, see `played-gate.ts`. */
const config = `gates:
  list:
    - {name: test, run: "no file says bad", default: true}
    - {name: lint, run: "no file says ugly"}
    - {name: tdd, run: "as many files say made as wanted"}
leases: {ttl_minutes: 0.1, grace_minutes: 0.1, client_minutes: 0.1}
pools:
  build: {capacity: 1}
`;

/** What tests say weighs three times as much as what looks ugly; what is to be made must be made, though it counts. */
const scored = config
  .replace("gates:\n", "gates:\n  threshold: 0.7\n")
  .replace("name: test,", "name: test, score: 3,")
  .replace("name: lint,", "name: lint, score: 1,")
  .replace("name: tdd,", "name: tdd, score: 5,");
