import { describe, expect, test } from "vitest";
import type { MockOffer } from "../../../src/execution/mocks/mocks.ts";
import type { MockNews } from "../../../src/execution/mocks/playing.ts";
import { temporaryRepository } from "../git/temporary-repository.ts";
import { callOf, openFixture, type WorkspaceFixture, write } from "../workspace-fixture.ts";
import { alertsApi } from "./alerts-api.ts";

const contract = "AlertsAPI";
const next = alertsApi.replace("summary: All alerts", "summary: Each alert");

async function fixture(config = ""): Promise<WorkspaceFixture> {
  const repository = temporaryRepository({ "a.txt": "a\n", ...(config === "" ? {} : { "interlock.yaml": config }) });
  return openFixture(repository);
}

async function publish(
  { execution }: WorkspaceFixture,
  specification: string,
  kind: "openapi" | "json_schema" | "asyncapi" | "typescript" = "openapi",
  action: "activate" | "draft" = "activate",
): Promise<string> {
  const request = { agent: "arch", contract, text: { kind, specification }, consumers: [], action };
  const answer = await execution.publishContract(request, callOf("publish_contract"));
  if ("refused" in answer) throw new Error(JSON.stringify(answer));
  return answer.version;
}

async function urlOf({ execution }: WorkspaceFixture, version?: string): Promise<string> {
  const offer = await execution.mockOf({ contract, ...(version === undefined ? {} : { version }) });
  if (!("url" in offer)) throw new Error(JSON.stringify(offer));
  return offer.url;
}

const overview = async (url: string) => (await fetch(url)).text();
const isServed = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/** Waits until something is so. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 800; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("It never became so");
}

describe("a mock that agents ask for", () => {
  test("is shared, follows what is in force, and stays with a version that was named", async () => {
    const workspace = await fixture();
    const first = await publish(workspace, alertsApi);
    const url = await urlOf(workspace);
    expect(await urlOf(workspace)).toBe(url);
    const pinned = await urlOf(workspace, first);
    await publish(workspace, next, "openapi", "draft");
    expect(await overview(url)).toContain("All alerts");
    const second = await publish(workspace, next);
    await until(async () => (await overview(url)).includes("Each alert"));
    expect(await overview(url)).toContain(`${contract} ${second}`);
    expect(await overview(pinned)).toContain("All alerts");
    expect(await urlOf(workspace)).toBe(url);
    expect(workspace.faults).toEqual([]);
  });

  test("[F3] is gone with the node that it was asked for at", async () => {
    const workspace = await fixture();
    await publish(workspace, alertsApi);
    await workspace.plan([{ id: "ui", writes: ["a.txt"] }]);
    const work = await workspace.take("ann");
    const url = await urlOf(workspace);
    expect(await isServed(url)).toBe(true);
    write(work, { "a.txt": "b\n" });
    await workspace.complete(work);
    await until(async () => !(await isServed(url)));
    expect(await isServed(await urlOf(workspace))).toBe(true);
  });

  test("[F3] is gone with the workspace", async () => {
    const workspace = await fixture();
    await publish(workspace, alertsApi);
    const url = await urlOf(workspace);
    await workspace.execution.close();
    expect(await isServed(url)).toBe(false);
  });

  test("[F3] has a port of the pool that nobody was lent, and gives way to whom it is lent", async () => {
    const workspace = await fixture("pools: {port: {range: 47310-47311}}\n");
    await publish(workspace, alertsApi);
    const url = await urlOf(workspace);
    expect(url).toBe("http://127.0.0.1:47311");
    await workspace.plan([
      { id: "a", uses: ["port"] },
      { id: "b", uses: ["port"] },
    ]);
    const ports = [await workspace.take("ann"), await workspace.take("ben")].map(
      ({ environment }) => environment["INTERLOCK_PORT"],
    );
    expect(ports).toEqual(["47310", "47311"]);
    await until(async () => !(await isServed(url)));
    await until(async () => (await urlOf(workspace)) !== url);
    expect(await isServed(await urlOf(workspace))).toBe(true);
  });
});

describe("a contract that nobody can be asked by", () => {
  test("is shown by examples that fit, the same each time", async () => {
    const workspace = await fixture();
    const schema = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
    await publish(workspace, JSON.stringify(schema), "json_schema");
    const offer = (await workspace.execution.mockOf({ contract })) as MockOffer & { examples: unknown[] };
    expect(offer.examples.length).toBeGreaterThan(0);
    for (const example of offer.examples) expect(example).toMatchObject({ value: { id: expect.any(Number) } });
    expect(await workspace.execution.mockOf({ contract })).toEqual(offer);
    expect(await workspace.execution.mockOf({ contract, seed: 5 })).not.toEqual(offer);
  });

  test("is shown by its own examples where it has some", async () => {
    const workspace = await fixture();
    const messages = `
asyncapi: 2.6.0
info: {title: t, version: "1"}
channels:
  alerts:
    subscribe: {message: {name: Opened, payload: {type: object, required: [id], properties: {id: {type: string}}}, examples: [{payload: {id: a-1}}]}}
    publish: {message: {name: Close, payload: {$ref: "#/components/schemas/Close"}}}
components: {schemas: {Close: {type: object, required: [why], properties: {why: {enum: [done]}}, additionalProperties: false}}}`;
    await publish(workspace, messages, "asyncapi");
    const offer = await workspace.execution.mockOf({ contract });
    expect("examples" in offer && offer.examples).toEqual([
      { of: "subscribe alerts Opened", value: { id: "a-1" } },
      { of: "publish alerts Close", value: { why: "done" } },
    ]);
  });

  test("or shown in any way says so", async () => {
    const workspace = await fixture();
    expect(await workspace.execution.mockOf({ contract })).toMatchObject({ refused: "unknown_contract" });
    await publish(workspace, "export interface A { id: string }", "typescript");
    expect(await workspace.execution.mockOf({ contract })).toMatchObject({ refused: "no_mock" });
    expect(await workspace.execution.playContract({ contract })).toMatchObject({ refused: "no_mock" });
  });
});

test("who plays a contract is told of each request, of the next version, and of one that cannot be played", async () => {
  const workspace = await fixture();
  await publish(workspace, alertsApi);
  const news: MockNews[] = [];
  const playing = await workspace.execution.playContract({ contract, port: 0, tell: (one) => news.push(one) });
  if ("refused" in playing) throw new Error(JSON.stringify(playing));
  await fetch(`${playing.url}/nothing`);
  await until(() => news.some((one) => one.is === "answered"));
  const second = await publish(workspace, next);
  await until(() => news.some((one) => one.is === "version"));
  const third = await publish(workspace, "export interface A { id: string }", "typescript");
  await until(() => news.some((one) => one.is === "unplayable"));
  expect(news).toMatchObject([
    { is: "answered", method: "GET", url: "/nothing", status: 404 },
    { is: "version", version: second },
    { is: "unplayable", version: third },
  ]);
  expect(await overview(playing.url)).toContain("Each alert");
  await playing.close();
  expect(await isServed(playing.url)).toBe(false);
});
