/** @import { Guard } from "./guard.mjs" */

const folder = "src/execution/mocks";
const openapi = ["test/execution/mocks/openapi-mock.test.ts"];
const graphql = ["test/execution/mocks/graphql-mock.test.ts"];
const samples = ["test/execution/mocks/sample.test.ts"];
const server = ["test/execution/mocks/mock-server.test.ts"];
const hostile = ["test/execution/mocks/hostile-mocks.test.ts"];
const mocks = ["test/execution/mocks/mocks.test.ts"];

/** @type {readonly Guard[]} */
export const mockGuards = [
  {
    guard: "mocks: an answer comes by chance",
    rule: "F1",
    file: `${folder}/openapi/answering.ts`,
    from: "const chance = seedFrom(seed, ",
    to: "const chance = seedFrom(Math.random(), ",
    tests: openapi,
  },
  {
    guard: "mocks: values of a query come by chance",
    rule: "F1",
    file: `${folder}/graphql-mock.ts`,
    from: "const chance = seedFrom(seed, ",
    to: "const chance = seedFrom(Math.random(), ",
    tests: graphql,
  },
  {
    guard: "mocks: what does not fit is shown as an example",
    rule: "F2",
    file: `${folder}/sample.ts`,
    from: "if (value !== undefined && repaired(value, fits)) return value;",
    to: "if (value !== undefined) return value;",
    tests: samples,
  },
  {
    guard: "mocks: an example of the contract is not checked",
    rule: "F2",
    file: `${folder}/openapi/answering.ts`,
    from: "const isFit = told && (!maker || maker.fits(told.value));",
    to: "const isFit = told !== undefined;",
    tests: openapi,
  },
  {
    guard: "mocks: a body is not looked at",
    rule: "F2",
    file: `${folder}/openapi/openapi-mock.ts`,
    from: "return fits(value)\n",
    to: "return fits(value) || true\n",
    tests: openapi,
  },
  {
    guard: "mocks: one stays when who began it dies",
    rule: "F3",
    file: `${folder}/mock-process.ts`,
    from: 'process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));',
    to: 'process.on("disconnect", () => undefined);',
    only: "who dies takes its mock along",
    tests: server,
  },
  {
    guard: "mocks: a page of somebody else's reaches one by another name",
    rule: "F3",
    file: `${folder}/mock-process.ts`,
    from: "if (!isThisMachine(request.headers.host))",
    to: 'if (request.headers.host === "")',
    tests: hostile,
  },
  {
    guard: "mocks: one stays when its node is handed in",
    rule: "F3",
    file: `${folder}/playing.ts`,
    from: "if (this.#request.isOver?.(workspace)) return;",
    to: "",
    only: "gone with the node",
    tests: mocks,
  },
  {
    guard: "mocks: one keeps a port that the pool lends to somebody",
    rule: "F3",
    file: `${folder}/playing.ts`,
    from: "if (port !== undefined || !isLent(workspace, this.#server.port)) return;",
    to: "if (port === undefined) return;",
    only: "gives way",
    tests: mocks,
  },
  {
    guard: "mocks: references that leave a contract are followed",
    rule: "F4",
    file: `${folder}/make-mock.ts`,
    from: "if (references.length > 0)",
    to: "if (references.length < 0)",
    only: "references",
    tests: hostile,
  },
];
