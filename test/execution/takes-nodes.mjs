// A process that takes nodes as fast as it can, each under a new agent's name, and prints what it got.
// Arguments: the compiled sources, the store, the stream, how many calls at once.
const [, , sources, file, stream, lanes] = process.argv;
const { openSqliteLog } = await import(`${sources}/log/sqlite/open.js`);
const { Manager } = await import(`${sources}/execution/manager.js`);
const { systemClock } = await import(`${sources}/execution/clock.js`);

const manager = await Manager.open(await openSqliteLog({ file }), stream, systemClock);
const taken = [];
let calls = 0;

async function lane(number) {
  for (;;) {
    const agent = `a${process.pid}-${number}-${calls++}`;
    const command = { type: "RequestNode", agent, process: String(process.pid), capabilities: [], acceptParked: false };
    const answer = await manager.execute(command);
    if ("refused" in answer) {
      if (answer.refused === "idle") return;
      throw new Error(JSON.stringify(answer));
    }
    for (const { event } of answer.events) if (event.type === "NodeLeased") taken.push(event.node);
  }
}

await new Promise((resolve) => {
  process.stdin.once("data", resolve);
  process.stdout.write("ready\n");
});
await Promise.all(Array.from({ length: Number(lanes) }, (_, number) => lane(number)));
process.stdout.write(`${JSON.stringify(taken)}\n`);
manager.close();
await manager.log.close();
process.exit(0);
