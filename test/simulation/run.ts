import { why } from "../../src/core/why.ts";
import { Agent } from "./agent.ts";
import { Agreements } from "./agreements.ts";
import { Chance } from "./chance.ts";
import { Disputes } from "./disputes.ts";
import { calm, stormy, type Weather, windy } from "./faults.ts";
import { Operator } from "./operator.ts";
import { Publishers } from "./publishers.ts";
import { Rules } from "./rules.ts";
import { Scene } from "./scene.ts";
import { missing, tokensIn } from "./tokens.ts";
import { inMemory, type StorePlace, target, World } from "./world.ts";

export interface Played {
  readonly seed: number;
  readonly broken: readonly string[];
  readonly story: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: number;
  readonly events: number;
}

/** Plays a run from its seed: agents, people and weather for a few minutes of their time, then calm until all is done. */
export async function play(
  seed: number,
  place: StorePlace = inMemory(),
  { disputes = false, early = false }: { readonly disputes?: boolean; readonly early?: boolean } = {},
): Promise<Played> {
  const chance = new Chance(seed);
  const weather = chance.weighed({ calm: 1, windy: 3, stormy: 2 });
  const world = new World(chance, { calm, windy, stormy }[weather], place, seed % 5 === 0);
  const rules = new Rules(world, await world.openLog());
  const scene = new Scene(world, rules);
  const operator = new Operator(scene, early);
  let ended = false;
  tell(scene, operator, world.weather, {
    ...(disputes ? { disputes: new Disputes(scene) } : {}),
    ...(early ? { publishers: new Publishers(scene) } : {}),
  }).then(
    () => {
      ended = true;
    },
    (error) => {
      world.breaks(`the story broke off: ${error instanceof Error ? error.stack : error}`);
    },
  );
  await world.scheduler.run(
    () => !ended && world.broken.length === 0 && world.scheduler.steps < mostSteps,
    () => rules.look(),
  );
  if (!ended && world.broken.length === 0) world.breaks(`[W2] no end after ${mostSteps} steps: ${rules.nodes()}`);
  if (world.broken.length === 0) await rules.replay();
  await world.closeLogs();
  const { broken, story, counts, scheduler } = world;
  return { seed, broken, story, counts, steps: scheduler.steps, events: rules.events.length };
}

const mostSteps = 200_000;

interface Others {
  readonly disputes?: Disputes;
  readonly publishers?: Publishers;
}

async function tell(scene: Scene, operator: Operator, weather: Weather, others: Others): Promise<void> {
  const { world } = scene;
  const { chance, scheduler } = world;
  for (let count = chance.between(1, 3); count > 0; count -= 1) scene.start(chance.is(0.3));
  await scheduler.pause(100);
  await operator.submit();
  const agents = chance.between(2, 4);
  for (let number = 1; number <= agents; number += 1) enter(scene, `a${number}`, weather.mischief);
  const end = scheduler.now + chance.between(15_000, 60_000);
  const goOn = () => scheduler.now < end;
  const { disputes, publishers } = others;
  const busy = [
    ...(disputes ? [stir(scene, disputes, goOn, 6_000), stir(scene, new Agreements(scene), goOn, 2_000)] : []),
    ...(publishers ? [stir(scene, publishers, goOn, 6_000)] : []),
  ];
  const people = Promise.all([meddle(scene, operator, goOn), ...busy]);
  for (let next = agents + 1; scheduler.now < end; next += 1) {
    await scheduler.pause(chance.between(500, 4_000));
    changeWeather(scene, weather);
    if (chance.is(0.2)) enter(scene, chance.is(0.5) ? `a${chance.between(1, agents)}` : `a${next}`, weather.mischief);
  }
  await people;
  await finish(scene, operator, others);
}

function enter(scene: Scene, name: string, mischief: number): void {
  const { world } = scene;
  const capabilities = world.chance.is(0.5) ? ["ui"] : [];
  new Agent(scene, name, { mischief, capabilities })
    .live()
    .catch((error) => world.breaks(`an agent broke: ${error.stack}`));
}

async function meddle(scene: Scene, operator: Operator, goOn: () => boolean): Promise<void> {
  const { scheduler, chance } = scene.world;
  while (goOn()) {
    await scheduler.pause(chance.between(500, 8_000));
    await operator.meddle();
  }
}

async function stir(
  scene: Scene,
  people: { stir(): Promise<void> },
  goOn: () => boolean,
  mostMs: number,
): Promise<void> {
  const { scheduler, chance } = scene.world;
  while (goOn()) {
    await scheduler.pause(chance.between(Math.ceil(mostMs / 6), mostMs));
    await people.stir();
  }
}

function changeWeather(scene: Scene, weather: Weather): void {
  const { world, rules } = scene;
  const { chance, scheduler } = world;
  const move = chance.weighed(weather.moves);
  const one = chance.pick(world.alive());
  if (move !== "nothing") world.count(`weather: ${move}`);
  world.trace(`weather: ${move}`);
  switch (move) {
    case "nothing":
      break;
    case "kill":
      one?.kill();
      break;
    case "start":
      if (world.alive().length < 4) scene.start(chance.is(0.3));
      break;
    case "close": {
      const running = scene.running().find(({ process }) => process === one);
      if (running) scene.close(running);
      break;
    }
    case "stop":
      one?.standStill(chance.between(500, 30_000));
      break;
    case "sleep": {
      // Timers stand still while the machine sleeps, on some systems together with the steady clock.
      const hours = chance.between(60_000, 8 * 3_600_000);
      world.setClock(hours);
      break;
    }
    case "forward":
      world.setClock(chance.between(1_000, 60_000));
      break;
    case "diskFull":
      world.diskIsFullUntil = scheduler.now + chance.between(50, 1_500);
      break;
    case "backward":
      world.setClock(-chance.between(1_000, 60_000));
      break;
    case "snapshot":
      rules.keepSnapshot();
      break;
  }
  if (world.alive().length === 0 && chance.is(0.5)) scene.start(false);
}

/** [X1] Everything that landed in a plan is on the target branch in the end. */
function checkTargetHasAll({ world, rules }: Scene): void {
  const { repository } = world;
  const there = tokensIn(repository.files(repository.refs.get(target) ?? ""));
  for (const { event } of rules.events) {
    if (event.type !== "NodeLanded") continue;
    const { plan, node, commit } = event;
    const lost = missing(tokensIn(repository.files(commit)), there);
    if (lost.length > 0) world.breaks(`[X1] ${plan}/${node} landed ${lost.join("; ")}, which the target lacks`);
  }
}

/** Nothing goes wrong any more and nobody misbehaves: all that can be done is done in bounded time, and the rest explained. */
async function finish(scene: Scene, operator: Operator, { disputes, publishers }: Others): Promise<void> {
  const { world, rules } = scene;
  const { scheduler } = world;
  world.trace("all is calm from here on");
  world.weather = calm;
  world.diskIsFullUntil = 0;
  scene.isOpen = false;
  scene.start(true);
  await scheduler.pause(100);
  scene.isOpen = true;
  for (const name of ["z1", "z2"])
    new Agent(scene, name, { mischief: 0, capabilities: ["ui"] })
      .live()
      .catch((error) => world.breaks(`an agent broke: ${error.stack}`));
  const end = scheduler.now + 900_000;
  for (;;) {
    await scheduler.pause(2_000);
    await disputes?.end();
    await publishers?.end();
    for (const plan of rules.shadow.plans.values()) {
      await operator.settle(plan);
      await operator.unblock(plan);
      if (plan.status.is === "finished") await operator.land(plan.id);
    }
    if ([...rules.shadow.plans.values()].every(({ status }) => status.is === "landed")) break;
    if (scheduler.now > end) {
      world.breaks(`[W2] not done in a quarter of an hour: ${JSON.stringify(why(rules.shadow))}`);
      return;
    }
  }
  scene.isOpen = false;
  const { locks } = rules.shadow;
  if (locks.held.size > 0 || locks.queue.length > 0) world.breaks("[L7] all is over and somebody holds or waits");
  checkTargetHasAll(scene);
  for (const running of scene.running()) await scene.ask(running, "compare", () => rules.compare(running));
  world.count(`ended after ${Math.ceil(scheduler.now / 60_000)} minutes`);
}
