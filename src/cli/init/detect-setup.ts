import type { DetectedSetup, TopFolder } from "./detected.ts";

/** What installs the dependencies that a lock file names, and where they go. The first of a group counts. */
const lockFiles: readonly (readonly (readonly [file: string, run: string, keep: string])[])[] = [
  [
    ["pnpm-lock.yaml", "pnpm install --frozen-lockfile", "node_modules"],
    ["yarn.lock", "yarn install --frozen-lockfile", "node_modules"],
    ["bun.lock", "bun install --frozen-lockfile", "node_modules"],
    ["bun.lockb", "bun install --frozen-lockfile", "node_modules"],
    ["package-lock.json", "npm ci", "node_modules"],
    ["npm-shrinkwrap.json", "npm ci", "node_modules"],
  ],
  [
    ["uv.lock", "uv sync --frozen", ".venv"],
    ["poetry.lock", "poetry install --no-interaction", ".venv"],
    ["Pipfile.lock", "pipenv sync --dev", ".venv"],
  ],
  [["Gemfile.lock", "bundle install", "vendor"]],
  [["composer.lock", "composer install --no-interaction", "vendor"]],
  [["mix.lock", "mix deps.get", "deps"]],
  [["Package.resolved", "swift package resolve", ".build"]],
];

/** Folders of build results that later nodes can go on from, by the file that tells that they exist. */
const caches: readonly (readonly [file: string, keep: string])[] = [
  ["Cargo.toml", "target"],
  ["gradlew", ".gradle"],
];

/** How a fresh worktree gets its dependencies, or nothing where no lock file says. */
export function detectSetup(folder: TopFolder): DetectedSetup | undefined {
  const rows = lockFiles.flatMap((group) => {
    const row = group.find(([file]) => folder.has(file));
    return row ? [row] : [];
  });
  const kept = caches.filter(([file]) => folder.has(file)).map(([, keep]) => keep);
  if (rows.length === 0 && kept.length === 0) return undefined;
  return {
    run: rows.map(([, run]) => run).join(" && "),
    when: rows.map(([file]) => file),
    keep: [...new Set(["node_modules", ...rows.map(([, , keep]) => keep), ...kept])],
  };
}
