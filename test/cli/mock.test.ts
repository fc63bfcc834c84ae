import { expect, test } from "vitest";
import { alertsApi } from "../execution/mocks/alerts-api.ts";
import { interlock, startInterlock, temporaryRepository } from "./command-line.ts";
import { withAgent } from "./published-contract.ts";

const urlIn = (output: string) => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
const isServed = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function untilSilent(url: string): Promise<void> {
  for (let tries = 0; tries < 400 && (await isServed(url)); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 25));
}

test("[C1] mock serves a contract to two processes alike, says each request, and the next version", async () => {
  const { folder } = temporaryRepository({ "a.txt": "a\n" });
  await withAgent(folder, async (publish) => {
    await publish("AlertsAPI", alertsApi);
    const [one, other] = [startInterlock(folder, ["mock", "AlertsAPI"]), startInterlock(folder, ["mock", "AlertsAPI"])];
    await Promise.all([one.said("is served at"), other.said("is served at")]);
    const [url, second] = [urlIn(one.output()), urlIn(other.output())];
    expect(url).not.toBe(second);
    const bodies = await Promise.all([url, second].map(async (at) => (await fetch(`${at}/alerts/7`)).text()));
    expect(bodies[0]).toBe(bodies[1]);
    await fetch(`${url}/nothing`);
    await one.said("GET /nothing  404");
    await publish("AlertsAPI", alertsApi.replace("summary: All alerts", "summary: Each alert"));
    await one.said("is in force now");
    expect(await (await fetch(url)).text()).toContain("Each alert");
    one.child.kill("SIGINT");
    expect(await one.ended).toBe(0);
    expect(await isServed(url)).toBe(false);
    other.child.kill("SIGKILL");
    await other.ended;
    await untilSilent(second);
    expect(await isServed(second)).toBe(false);
  });
});

test("[C2] mock says with --json what it serves; with --port where it was told to, and with --version what it was told to", async () => {
  const { folder } = temporaryRepository({ "a.txt": "a\n" });
  await withAgent(folder, async (publish) => {
    await publish("AlertsAPI", alertsApi);
    await publish("AlertsAPI", alertsApi.replace("summary: All alerts", "summary: Each alert"));
    const serving = startInterlock(folder, [
      "mock",
      "AlertsAPI",
      "--version",
      "v0.1",
      "--port",
      "0",
      "--seed",
      "3",
      "--json",
    ]);
    await serving.said("\n");
    expect(JSON.parse(serving.output())).toMatchObject({
      is: "playing",
      version: "v0.1",
      operations: expect.arrayContaining(["GET /alerts  All alerts"]),
    });
    serving.child.kill("SIGTERM");
    expect(await serving.ended).toBe(0);
  });
  expect(await interlock(folder, ["mock", "Nothing"])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining("no such contract"),
  });
});

test("[C1] contract draft prints what fits its samples, and publishes it as a draft", async () => {
  const { folder, write } = temporaryRepository({ "a.txt": "a\n" });
  write("one.json", '{"id": 1, "tags": []}');
  write("two.json", '{"id": 1.5, "tags": ["a"], "note": null}');
  const printed = await interlock(folder, ["contract", "draft", "Alert", "one.json", "two.json"]);
  expect(printed.exitCode).toBe(0);
  expect(JSON.parse(printed.stdout)).toMatchObject({ $defs: { Alert: { required: ["id", "tags"] } } });
  const types = await interlock(folder, ["contract", "draft", "Alert", "one.json", "--kind", "typescript"]);
  expect(types.stdout).toContain("export interface Alert");
  const published = await interlock(folder, [
    "contract",
    "draft",
    "Alert",
    "one.json",
    "--publish",
    "--version",
    "v1",
    "--json",
  ]);
  expect(JSON.parse(published.stdout)).toMatchObject({ contract_id: "Alert", version: "v1", status: "DRAFT" });
  const shown = await interlock(folder, ["mock", "Alert", "--json"]);
  expect(JSON.parse(shown.stdout)).toMatchObject({
    version: "v1",
    examples: expect.arrayContaining([{ value: { id: expect.any(Number), tags: expect.any(Array) } }]),
  });
  write("three.json", "{");
  const broken = await interlock(folder, ["contract", "draft", "Alert", "three.json"]);
  expect(broken).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Sample 1 is not JSON") });
  expect((await interlock(folder, ["contract", "draft", "Alert", "missing.json"])).exitCode).toBe(2);
});

test("an agent's mock is served by its own server, and dies with it", async () => {
  const { folder } = temporaryRepository({ "a.txt": "a\n" });
  let url = "";
  await withAgent(folder, async (publish, call, server) => {
    await publish("AlertsAPI", alertsApi);
    const reply = await call("read_contract", { name: "AlertsAPI", format: "mock" });
    expect(reply).toMatchObject({
      format: "mock",
      version: "v0.1",
      status: "ACTIVE",
      mock: { url: expect.any(String) },
    });
    url = (reply["mock"] as { url: string }).url;
    expect(await (await fetch(`${url}/alerts/7`)).json()).toMatchObject({ id: "7" });
    process.kill(server, "SIGKILL");
  });
  await untilSilent(url);
  expect(await isServed(url)).toBe(false);
});
