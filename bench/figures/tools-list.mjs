import { interlock } from "../built.mjs";
import { figure, thousands } from "../figure.mjs";
import { StdioClient } from "../stdio-client.mjs";

/** What every client pays for in tokens before anything has been done. */
export async function toolsList() {
  const rows = [];
  for (const [profile, most] of [
    ["worker", 12],
    ["all", 18],
  ]) {
    const client = await StdioClient.start([interlock, "mcp", "--profile", profile]);
    const text = JSON.stringify(await client.request("tools/list", {}));
    await client.close();
    const bytes = Buffer.byteLength(text);
    const ok = bytes <= most * 1024 && !text.includes("$schema");
    rows.push(figure(`tools/list, ${profile}`, { value: `${thousands(bytes)} bytes`, budget: `≤ ${most} KB`, ok }));
  }
  return rows;
}
