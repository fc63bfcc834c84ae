/** Finds the checks that a repository already has. A name is used once: what is found first has it. */
import type { DetectedGate, TopFolder } from "./detected.ts";
import { nodeRunner, packageScripts } from "./node-package.ts";

type Detector = (folder: TopFolder) => readonly DetectedGate[];

export function detectGates(folder: TopFolder): readonly DetectedGate[] {
  const gates = new Map<string, DetectedGate>();
  for (const detect of detectors) {
    for (const gate of detect(folder)) {
      const taken = gates.get(gate.name);
      if (!taken) gates.set(gate.name, gate);
      // A repository of two languages has two kinds of tests; a Makefile mostly calls what was found already.
      else if (gate.from !== "Makefile") gates.set(`${gate.name}-${ecosystem(gate.from)}`, gate);
    }
  }
  return [...gates].map(([name, gate]) => ({ ...gate, name }));
}

const detectors: readonly Detector[] = [nodeGates, pythonGates, cargoGates, goGates, otherGates, makeGates];

/** Scripts by what people call them; the first that exists becomes the gate. */
const scriptNames: readonly (readonly [gate: string, scripts: readonly string[]])[] = [
  ["test", ["test"]],
  ["lint", ["lint"]],
  ["types", ["typecheck", "type-check", "types", "check-types", "tsc"]],
  ["build", ["build"]],
];

function nodeGates(folder: TopFolder): readonly DetectedGate[] {
  const scripts = packageScripts(folder);
  const runner = nodeRunner(folder);
  return scriptNames.flatMap(([name, candidates]) => {
    const script = candidates.find((candidate) => isRealScript(scripts[candidate]));
    if (script === undefined) return [];
    const run = script === "test" ? `${runner} test` : `${runner} run ${script}`;
    return [{ name, run, from: "package.json" }];
  });
}

/** npm writes a test script into new packages that only fails. */
function isRealScript(script: string | undefined): boolean {
  return script !== undefined && script.trim() !== "" && !script.includes("no test specified");
}

function pythonGates(folder: TopFolder): readonly DetectedGate[] {
  const project = folder.read("pyproject.toml") ?? "";
  const prefix = folder.has("uv.lock") ? "uv run " : folder.has("poetry.lock") ? "poetry run " : "";
  const gates: DetectedGate[] = [];
  if (folder.has("tox.ini") || /^\[tool\.tox\b/m.test(project))
    gates.push({ name: "test", run: `${prefix}tox`, from: folder.has("tox.ini") ? "tox.ini" : "pyproject.toml" });
  else if (folder.has("pytest.ini")) gates.push({ name: "test", run: `${prefix}pytest`, from: "pytest.ini" });
  else if (/\bpytest\b/.test(project)) gates.push({ name: "test", run: `${prefix}pytest`, from: "pyproject.toml" });
  else if (/^\[tool:pytest\]/m.test(folder.read("setup.cfg") ?? ""))
    gates.push({ name: "test", run: `${prefix}pytest`, from: "setup.cfg" });
  if (folder.has("ruff.toml") || /^\[tool\.ruff\b/m.test(project))
    gates.push({ name: "lint", run: `${prefix}ruff check .`, from: "pyproject.toml" });
  if (folder.has("mypy.ini") || /^\[tool\.mypy\b/m.test(project))
    gates.push({ name: "types", run: `${prefix}mypy .`, from: folder.has("mypy.ini") ? "mypy.ini" : "pyproject.toml" });
  return gates;
}

function cargoGates(folder: TopFolder): readonly DetectedGate[] {
  return folder.has("Cargo.toml") ? [{ name: "test", run: "cargo test", from: "Cargo.toml" }] : [];
}

function goGates(folder: TopFolder): readonly DetectedGate[] {
  if (!folder.has("go.mod")) return [];
  return [
    { name: "test", run: "go test ./...", from: "go.mod" },
    { name: "lint", run: "go vet ./...", from: "go.mod" },
  ];
}

/** Where the file alone says how tests are run. */
const wellKnown: readonly (readonly [file: string, run: string])[] = [
  ["gradlew", "./gradlew test"],
  ["mvnw", "./mvnw -q test"],
  ["pom.xml", "mvn -q test"],
  [".rspec", "bundle exec rspec"],
  ["mix.exs", "mix test"],
  ["deno.json", "deno test"],
  ["phpunit.xml", "vendor/bin/phpunit"],
  ["phpunit.xml.dist", "vendor/bin/phpunit"],
  ["Package.swift", "swift test"],
];

function otherGates(folder: TopFolder): readonly DetectedGate[] {
  const found = wellKnown.find(([file]) => folder.has(file));
  return found ? [{ name: "test", run: found[1], from: found[0] }] : [];
}

const makeTargets: readonly (readonly [gate: string, targets: readonly string[]])[] = [
  ["test", ["test", "check"]],
  ["lint", ["lint"]],
  ["types", ["typecheck", "types"]],
  ["build", ["build"]],
];

function makeGates(folder: TopFolder): readonly DetectedGate[] {
  const file = ["Makefile", "makefile", "GNUmakefile"].find((name) => folder.has(name));
  const text = (file && folder.read(file)) ?? "";
  return makeTargets.flatMap(([name, targets]) => {
    const target = targets.find((one) => new RegExp(`^${one}\\s*:(?!=)`, "m").test(text));
    return target === undefined ? [] : [{ name, run: `make ${target}`, from: "Makefile" }];
  });
}

function ecosystem(file: string): string {
  const known: Readonly<Record<string, string>> = {
    "package.json": "node",
    "Cargo.toml": "cargo",
    "go.mod": "go",
    "pyproject.toml": "python",
    "tox.ini": "python",
    "pytest.ini": "python",
    "setup.cfg": "python",
    "mypy.ini": "python",
  };
  return known[file] ?? file.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
