/** What files are, by their paths. One table a question. */

/** A language whose grammar is at hand. */
export type Language = "javascript" | "typescript" | "tsx" | "python" | "go" | "rust" | "java" | "c-sharp";

/** A format whose texts are values. */
export type DataFormat = "json" | "yaml" | "toml";

/** The language of a source file, or undefined when we have no grammar for it. */
export function languageOf(path: string): Language | undefined {
  return LANGUAGES[extensionOf(path)];
}

/** The format of a data file. */
export function dataFormatOf(path: string): DataFormat | undefined {
  const name = nameOf(path);
  return FORMATS[extensionOf(path)] ?? (JSON_NAMES.test(name) ? "json" : undefined);
}

/** Whether a package manager writes the file: no merge of its lines or keys is sure to be what it would write. */
export function isLockFile(path: string): boolean {
  return LOCK_FILES.has(nameOf(path));
}

/** Whether the file is a list of sums that may be joined line by line. */
export function isSumFile(path: string): boolean {
  return SUM_FILES.has(nameOf(path));
}

/** Whether people add an entry to the file with each change. */
export function isChangelog(path: string): boolean {
  return CHANGELOG.test(nameOf(path));
}

/** Whether each line of the file stands for itself, in no order that matters. */
export function isPlainList(path: string): boolean {
  return PLAIN_LISTS.test(nameOf(path));
}

/** Whether lines of the file name other people's packages with their versions. */
export function isManifest(path: string): boolean {
  return MANIFEST.test(nameOf(path)) || MANIFEST_PATH.test(path);
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  py: "python",
  pyi: "python",
  go: "go",
  rs: "rust",
  java: "java",
  cs: "c-sharp",
};

const FORMATS: Readonly<Record<string, DataFormat>> = {
  json: "json",
  jsonc: "json",
  json5: "json",
  webmanifest: "json",
  yaml: "yaml",
  yml: "yaml",
  toml: "toml",
};

const JSON_NAMES = /^\.(?:eslintrc|babelrc|prettierrc|swcrc|all-contributorsrc|bowerrc|jshintrc|jscsrc|nycrc)$/;

const LOCK_FILES = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "deno.lock",
  "Cargo.lock",
  "poetry.lock",
  "uv.lock",
  "pdm.lock",
  "Pipfile.lock",
  "Gemfile.lock",
  "composer.lock",
  "mix.lock",
  "packages.lock.json",
  "gradle.lockfile",
  "flake.lock",
  "Package.resolved",
]);

const SUM_FILES = new Set(["go.sum", "go.work.sum"]);

const CHANGELOG =
  /^(?:change-?logs?|changes|history|news|release-?notes|releases)(?:\.(?:md|mdx|markdown|rst|txt|adoc))?$/i;

const PLAIN_LISTS =
  /^(?:AUTHORS|CONTRIBUTORS|THANKS|\.gitignore|\.npmignore|\.dockerignore|\.eslintignore|\.prettierignore|\.mailmap)(?:\.txt)?$/;

const MANIFEST =
  /^(?:package\.json|bower\.json|requirements[\w.-]*\.(?:txt|in)|Pipfile|pyproject\.toml|setup\.cfg|Cargo\.toml|go\.mod|Gemfile|pom\.xml|build\.gradle(?:\.kts)?|[\w.-]+\.csproj|\.pre-commit-config\.ya?ml|composer\.json)$/;

const MANIFEST_PATH = /(?:^|\/)(?:\.github\/workflows\/[^/]+\.ya?ml|requirements\/[^/]+\.(?:txt|in))$/;

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function extensionOf(path: string): string {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot + 1).toLowerCase();
}
