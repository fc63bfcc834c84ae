import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { describe, expect, test } from "vitest";

/** Who may import whom; a folder may always import from itself. `packages` says whether it may use any but its own code. */
const layers: Readonly<Record<string, { readonly may: readonly string[]; readonly packages: boolean }>> = {
  core: { may: [], packages: false },
  log: { may: ["core"], packages: true },
  config: { may: ["core"], packages: true },
  execution: { may: ["core", "log", "config"], packages: true },
  tools: { may: ["core", "config", "execution"], packages: true },
  mcp: { may: ["tools"], packages: true },
  cli: { may: ["core", "log", "config", "execution", "tools", "mcp"], packages: true },
};

/** What the command line may use of the MCP adapter: its front door. */
const mcpDoors = ["mcp/serve.ts"];

/** Time, chance and the world come into the core with each command. */
const bannedInCore = [
  /\bDate\s*\.\s*now\b/,
  /\bnew Date\b/,
  /\bMath\s*\.\s*random\b/,
  /(?<![\w.])process\.[a-z]/,
  /\bfetch\s*\(/,
  /\bset(Timeout|Interval)\b/,
];

const longest = 300;

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file: file.split(sep).join("/"), text: readFileSync(join("src", file), "utf8") }));

function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, specifier]) => specifier ?? "");
}

const layerOf = (file: string) => file.split("/")[0] ?? "";

describe("layers", () => {
  test("every folder of src is in the table", () => {
    expect([...new Set(files.map(({ file }) => layerOf(file)))].filter((layer) => !(layer in layers))).toEqual([]);
  });

  test("a folder imports only what the table allows", () => {
    const wrong = files.flatMap(({ file, text }) =>
      importsOf(text).flatMap((specifier) => {
        const own = layerOf(file);
        const rule = layers[own];
        if (!specifier.startsWith(".")) return rule?.packages ? [] : [`${file} uses ${specifier}`];
        const other = layerOf(
          normalize(join(dirname(file), specifier))
            .split(sep)
            .join("/"),
        );
        return other === own || rule?.may.includes(other) ? [] : [`${file} imports ${specifier}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("the command line uses the MCP adapter only through its front door", () => {
    const wrong = files
      .filter(({ file }) => layerOf(file) === "cli")
      .flatMap(({ file, text }) =>
        importsOf(text)
          .map((specifier) =>
            normalize(join(dirname(file), specifier))
              .split(sep)
              .join("/"),
          )
          .filter((target) => layerOf(target) === "mcp" && !mcpDoors.includes(target))
          .map((target) => `${file} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test("the core knows no clock, no chance and no world", () => {
    const wrong = files
      .filter(({ file }) => layerOf(file) === "core")
      .flatMap(({ file, text }) =>
        bannedInCore.filter((banned) => banned.test(text)).map((banned) => `${file}: ${banned}`),
      );
    expect(wrong).toEqual([]);
  });

  test("a file is short enough to be read at once", () => {
    expect(files.filter(({ text }) => text.split("\n").length - 1 > longest).map(({ file }) => file)).toEqual([]);
  });
});
