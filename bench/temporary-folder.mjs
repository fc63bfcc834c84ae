import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Lets `act` use a new folder, and removes it whatever happens. */
export async function inTemporaryFolder(act) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "interlock-bench-")));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
