/** @import { Guard } from "./guard.mjs" */

const core = ["test/core/radar.test.ts"];
const looks = ["test/execution/radar/radar.test.ts"];
const cost = ["test/execution/radar/cost.test.ts"];

/** @type {readonly Guard[]} */
export const radarGuards = [
  {
    guard: "radar: the same clash is told again and again",
    rule: "R1",
    file: "src/core/radar.ts",
    from: "  if (known?.digest === command.digest) return [];\n",
    to: "",
    tests: core,
  },
  {
    guard: "radar: attempts that are over clash",
    rule: "R1",
    file: "src/core/radar.ts",
    from: "  if (!areThere || !(isWorkedOn(workspace, one) || isWorkedOn(workspace, other))) return [];\n",
    to: "",
    tests: core,
  },
  {
    guard: "radar: shows an agent its own lines as the other's",
    rule: "R1",
    file: "src/core/radar.ts",
    from: "turned ? command.paths.map(turn) : command.paths",
    to: "turned ? command.paths : command.paths",
    tests: core,
  },
  {
    guard: "radar: takes what landed in between for somebody's doing",
    rule: "R1",
    file: "src/execution/radar/compare.ts",
    from: "  if (one.base === other.base || one.by.plan !== other.by.plan || !plan) return undefined;\n",
    to: "  if (plan !== one) return undefined;\n",
    only: "on different bases",
    tests: looks,
  },
  {
    guard: "radar: a clash outlives its attempts",
    rule: "R2",
    file: "src/core/perform.ts",
    from: "  if (ended) return ended;\n",
    to: "",
    tests: core,
  },
  {
    guard: "radar: what was found out about an earlier attempt clears a later one",
    rule: "R2",
    file: "src/core/radar.ts",
    from: "return known && isSame(known.one, one) && isSame(known.other, other) ?",
    to: "return known ?",
    tests: core,
  },
  {
    guard: "radar: writes the agent's index",
    rule: "R3",
    file: "src/execution/slots/glance.ts",
    from: "        leaveOut,\n        bounds,\n",
    to: '        leaveOut,\n        keepIndexAs: join(place.registration, "index"),\n        bounds,\n',
    only: "byte by byte",
    tests: looks,
  },
  {
    guard: "radar: looks without rest",
    rule: "R4",
    file: "src/execution/radar/allowance.ts",
    from: "Math.max(leastRestMs, -this.#left / share)",
    to: "leastRestMs",
    tests: cost,
  },
  {
    guard: "radar: reads slots that nothing is to be compared with",
    rule: "R4",
    file: "src/execution/radar/radar.ts",
    from: "if (!slot?.isDue || !withSome.some((other) => mayClash(work, other))) continue;",
    to: "if (!slot?.isDue || withSome.length < 0) continue;",
    tests: cost,
  },
  {
    guard: "radar: merges what shares no path",
    rule: "R4",
    file: "src/execution/radar/radar.ts",
    from: "    if (!sharePaths(a, b)) return { clash: undefined };\n",
    to: "",
    tests: cost,
  },
];
