/** @import { Guard } from "./guard.mjs" */

const answers = ["test/execution/impact/answers.test.ts"];
const warnings = ["test/execution/clash-warnings.test.ts"];

const analyzing = ["test/execution/impact/analyzing.test.ts"];

/** @type {readonly Guard[]} */
export const impactGuards = [
  {
    guard: "clashes: what is named one by one is thinned out like a wide pattern",
    rule: "A11",
    file: "src/execution/impact/claims.ts",
    from: "Math.max(changedOfMany, pattern.alternatives.length) / files.length",
    to: "changedOfMany / this.#patterns.flat().length",
    tests: answers,
  },
  {
    guard: "clashes: a wide pattern counts like a file that is named",
    rule: "A11",
    file: "src/execution/impact/claims.ts",
    from: "const changedOfMany = 4;",
    to: "const changedOfMany = 4_000;",
    tests: answers,
  },
  {
    guard: "clashes: a new file that both name is as unsure as one of a folder",
    rule: "A11",
    file: "src/execution/impact/clashes.ts",
    from: "const likely = isNamed ? 1 : inNewFile;",
    to: "const likely = isNamed ? inNewFile : inNewFile;",
    tests: answers,
  },
  {
    guard: "clashes: nodes that come after each other are said to clash",
    rule: "A11",
    file: "src/execution/impact/clashes.ts",
    from: " && !order.isOrdered(a, b))",
    to: " && order !== undefined)",
    tests: answers,
  },
  {
    guard: "clashes: what changed together before says nothing",
    rule: "A11",
    file: "src/execution/impact/likely-changes.ts",
    from: "likely: likely * ofThePast * share,",
    to: "likely: 0 * likely * ofThePast * share,",
    tests: answers,
  },
  {
    guard: "clash warnings: who takes turns is said to clash",
    rule: "A11",
    file: "src/execution/clash-warnings.ts",
    from: " && !takeTurns(one, other, ignoreCase);",
    to: " && takeTurns !== undefined;",
    tests: warnings,
  },
  {
    guard: "clash warnings: a revision is told of all pairs again",
    rule: "A11",
    file: "src/execution/clash-warnings.ts",
    from: "(!fresh || fresh.has(a) || fresh.has(b)) && ",
    to: "",
    tests: warnings,
  },
  {
    guard: "clash warnings: a plan fails where clashes cannot be known",
    rule: "A11",
    file: "src/execution/clash-warnings.ts",
    from: '    report(fault, "looking for nodes that are likely to clash");\n    return [];',
    to: "    throw fault;",
    tests: warnings,
  },
  {
    guard: "found edges: what merely ends like a contract's file counts",
    rule: "A12",
    file: "src/execution/impact/contract-readers.ts",
    from: '${suffixes.replaceAll("?:", "")})[A-Za-z0-9_./-]*`;',
    to: '${suffixes.replaceAll("?:", "")})`;',
    only: "leads to the code",
    tests: analyzing,
  },
  {
    guard: "found edges: a bare name counts like a whole path",
    rule: "A12",
    file: "src/execution/impact/contract-readers.ts",
    from: 'share: end.includes("/") ? shares.end : shares.name',
    to: "share: shares.path",
    only: "scores less",
    tests: analyzing,
  },
  {
    guard: "found edges: what is generated is left out",
    rule: "A12",
    file: "src/execution/impact/walk.ts",
    from: "    if (this.#question.sources?.includes(one.id))",
    to: "    if (this.#question.sources?.includes(`${one.id} `))",
    only: "leads to the code",
    tests: analyzing,
  },
  {
    guard: "found edges: who claims what is touched is left out",
    rule: "A12",
    file: "src/execution/analyzing.ts",
    from: "onceEach([...files, ...workersOn(touched, holders)])",
    to: "onceEach([...files])",
    only: "leads to the code",
    tests: analyzing,
  },
  {
    guard: "found edges: who relies on a contract whose file changes is left out",
    rule: "A12",
    file: "src/execution/analyzing.ts",
    from: "...found.flatMap((one) => behind(hands, one, depth))",
    to: "",
    only: "scores less",
    tests: analyzing,
  },
];
