/** @import { Guard } from "./guard.mjs" */

const folder = "src/execution/landing/resolution";
const tests = (/** @type {string} */ name) => [`test/execution/landing/resolution/${name}.test.ts`];

/** @type {readonly Guard[]} */
export const resolutionGuards = [
  {
    guard: "resolving: lines that a side added may vanish",
    rule: "G8",
    file: `${folder}/kept-lines.ts`,
    from: "if (found < Math.max(least, 0) || found > most) return false;",
    to: "if (found > most) return false;",
    tests: tests("kept-lines"),
  },
  {
    guard: "resolving: what looks like another layout is taken for one",
    rule: "G8",
    file: `${folder}/settle-early.ts`,
    from: "if (areLayouts(open)) return",
    to: "if (areLayouts(open) || open.length > 0) return",
    tests: tests("sources"),
  },
  {
    guard: "resolving: a version on its way stays though theirs fell",
    rule: "G8",
    file: `${folder}/versions.ts`,
    from: "before.around !== our.around || compare(their, before) <= 0)) return undefined;",
    to: "before.around !== our.around)) return undefined;",
    tests: tests("sources"),
  },
  {
    guard: "resolving: words are joined that touch",
    rule: "G8",
    file: `${folder}/steps/words.ts`,
    from: "second.from > first.to &&",
    to: "second.from >= first.to ||",
    tests: tests("words"),
  },
  {
    guard: "resolving: a change goes to one of several copies",
    rule: "G8",
    file: `${folder}/steps/words.ts`,
    from: "if (hasTwins(base, our, their)) return undefined;",
    to: "if (base.length < 0) return undefined;",
    tests: tests("words"),
  },
  {
    guard: "resolving: of two line ends one is lost",
    rule: "G8",
    file: `${folder}/steps/whitespace.ts`,
    from: "/\\r$/.test(line)",
    to: '"" === "-"',
    tests: tests("hard-texts"),
  },
];
