// Writes the documents that are made from the tools, or with --check fails when they are not up to date.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedFiles, withToolTable } from "../dist/tools/docs.js";

const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};
const wanted = { ...generatedFiles(), "README.md": withToolTable(read("README.md")) };
const stale = Object.entries(wanted).filter(([file, text]) => read(file) !== text);

if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    console.error(`Not up to date: ${stale.map(([file]) => file).join(", ")}. Run: npm run docs`);
    process.exit(1);
  }
} else {
  for (const [file, text] of stale) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  }
}
