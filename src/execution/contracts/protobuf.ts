import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Finding, Problem } from "./contract-kind.ts";
import { isObject, own } from "./document.ts";

/** Every change that generated code could notice is breaking, its package and options included. */
const config = JSON.stringify({ version: "v2", breaking: { use: ["FILE"] } });

const file = "contract.proto";

/** One of buf's lines about a file. */
interface Annotation {
  readonly type?: string;
  readonly message?: string;
  readonly start_line?: number;
}

/** What is nested deeper takes buf minutes, and no generated code has it. */
const deepest = 200;

/** What is wrong with a text in Protocol Buffers; what it imports must be one of Google's well-known files. */
export async function checkProtobuf(text: string): Promise<readonly Problem[]> {
  if (depthOf(text) > deepest) return [{ where: "", say: `The text is nested more than ${deepest} levels deep.` }];
  return await inFolder({ now: text }, async (buf) => {
    const { failed, annotations } = await buf(["build", "now", "--error-format", "json"]);
    if (!failed) return [];
    const found = annotations.map(({ message, start_line }) => ({
      where: `line ${start_line ?? 1}`,
      say: sentence(message),
    }));
    return found.length > 0 ? found : [{ where: "", say: "The text is not valid Protocol Buffers." }];
  });
}

/** What changed, by buf's rules for breaking changes. */
export async function compareProtobuf(before: string, after: string): Promise<readonly Finding[]> {
  return await inFolder({ before, now: after }, async (buf) => {
    const { failed, annotations } = await buf(["breaking", "now", "--against", "before", "--error-format", "json"]);
    const findings = annotations.map(
      ({ type, message, start_line }): Finding => ({
        change: "breaking",
        rule: type ?? "COMPILE",
        where: `line ${start_line ?? 1}`,
        say: sentence(message),
      }),
    );
    if (failed && findings.length === 0)
      return [{ change: "unknown", rule: "NOT_UNDERSTOOD", where: "", say: "The versions could not be compared." }];
    const options = optionsIn(before) === optionsIn(after);
    return options
      ? findings
      : [
          ...findings,
          {
            change: "unknown",
            rule: "CUSTOM_OPTIONS",
            where: "",
            say: "Options that the text or others define changed; what they mean is not known.",
          },
        ];
  });
}

/** Each field as `/package.Message/field`, also by its name in JSON. */
export async function fieldsOfProtobuf(text: string): Promise<readonly string[]> {
  return await inFolder({ now: text }, async (buf) => {
    const { failed, stdout } = await buf(["build", "now", "-o", "-#format=json"]);
    if (failed) return [];
    const image: unknown = JSON.parse(stdout);
    const files = listOf(own(image, "file")).filter((one) => own(one, "name") === file);
    return files.flatMap((one) =>
      listOf(own(one, "messageType")).flatMap((message) => fieldsIn(message, String(own(one, "package") ?? ""))),
    );
  });
}

function fieldsIn(message: unknown, scope: string): readonly string[] {
  const name = [scope, String(own(message, "name"))].filter(Boolean).join(".");
  const fields = listOf(own(message, "field")).flatMap((field) => [
    ...new Set([own(field, "name"), own(field, "jsonName")]),
  ]);
  return [
    ...fields.map((field) => `/${name}/${String(field)}`),
    ...listOf(own(message, "nestedType")).flatMap((nested) => fieldsIn(nested, name)),
  ];
}

type Buf = (
  args: readonly string[],
) => Promise<{ readonly failed: boolean; readonly stdout: string; readonly annotations: readonly Annotation[] }>;

/** Runs buf in a folder of its own with the texts: it sees nothing else, and asks nobody. */
async function inFolder<R>(texts: Readonly<Record<string, string>>, run: (buf: Buf) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(tmpdir(), "interlock-contract-"));
  try {
    for (const [name, text] of Object.entries(texts)) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, file), text);
      await writeFile(join(folder, name, "buf.yaml"), config);
    }
    return await run((args) => runBuf(folder, args));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runBuf(folder: string, args: readonly string[]): ReturnType<Buf> {
  const buf = createRequire(import.meta.url).resolve("@bufbuild/buf/bin/buf");
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, BUF_CACHE_DIR: join(folder, "cache") };
  const { failed, stdout, stderr, exitCode, timedOut } = await execa(process.execPath, [buf, ...args], {
    cwd: folder,
    env,
    extendEnv: false,
    reject: false,
    timeout: 20_000,
    maxBuffer: 32 * 1024 * 1024,
  });
  // As a text beyond the stack is, it is one that takes too much.
  if (timedOut) throw new RangeError("buf took too long");
  // 100 is buf's word for "something was found"; anything else is a fault of buf, not of the text.
  if (failed && exitCode !== 100 && exitCode !== 1) throw new Error(`buf ended with ${exitCode}`, { cause: stderr });
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.startsWith("{"));
  return { failed, stdout, annotations: failed ? lines.flatMap(annotation) : [] };
}

/** How deep braces nest; those in comments and texts count too, which close there as a rule. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0];
  for (const [brace] of text.matchAll(/[{}]/g)) {
    depth += brace === "{" ? 1 : -1;
    most = Math.max(most, depth);
  }
  return most;
}

function annotation(line: string): readonly Annotation[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return isObject(parsed) ? [parsed as Annotation] : [];
  } catch {
    return [];
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Options in parentheses are defined by somebody; buf does not look at them. */
function optionsIn(text: string): string {
  return (text.match(/\(\s*[.\w]+\s*\)[.\w]*\s*=[^;\],]*/g) ?? [])
    .map((option) => option.replaceAll(/\s/g, ""))
    .sort()
    .join("\n");
}

function sentence(message = "The text is not valid"): string {
  const start = message.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return start.endsWith(".") ? start : `${start}.`;
}
