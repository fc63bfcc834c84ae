import { expect, test } from "vitest";
import { allTools } from "../../src/tools/all-tools.ts";
import { generatedFiles, tableMarkers, toolTable, withToolTable } from "../../src/tools/docs.ts";

test("the page of tools has every tool with every field", () => {
  const page = generatedFiles()["docs/generated/tools.md"] ?? "";
  for (const { name, input } of allTools) {
    expect(page).toContain(`## ${name}\n`);
    for (const field of Object.keys(input.shape)) expect(page).toContain(`\`${field}\``);
  }
});

test("the schemas are JSON that names its dialect", () => {
  for (const [path, text] of Object.entries(generatedFiles()))
    if (path.endsWith(".json"))
      expect(JSON.parse(text)).toHaveProperty("$schema", "https://json-schema.org/draft/2020-12/schema");
});

test("a document's table is replaced between its marks, and a second time changes nothing", () => {
  const document = `# A\n${tableMarkers.begin}\nold\n${tableMarkers.end}\nrest\n`;
  const once = withToolTable(document);
  expect(once).toBe(`# A\n${tableMarkers.begin}\n\n${toolTable()}\n\n${tableMarkers.end}\nrest\n`);
  expect(withToolTable(once)).toBe(once);
  expect(() => withToolTable("nothing here")).toThrow(/no line/);
});
