import { parentPort, workerData } from "node:worker_threads";
import { makeMock } from "./make-mock.ts";
import type { MockSetup } from "./messages.ts";
import { type MockAnswer, type MockRequest, refusal } from "./mock.ts";

// The thread that reads a contract and makes its answers; see `player.ts`. It may be ended at any moment.

const { kind, text, seed } = workerData as MockSetup;
const mock = await makeMock(kind, text, seed);

if ("problems" in mock) parentPort?.postMessage(mock);
else {
  parentPort?.on("message", async (request: MockRequest) => parentPort?.postMessage(await answer(request)));
  parentPort?.postMessage({ operations: mock.operations });

  async function answer(request: MockRequest): Promise<MockAnswer> {
    try {
      return "answer" in mock ? await mock.answer(request) : refusal(500, "There is no mock.");
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 500) : String(error);
      return refusal(500, `The contract cannot be played here: ${why}`);
    }
  }
}
