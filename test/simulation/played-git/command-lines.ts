/** Git commands as our execution writes them, carried out on a repository in memory. A command line that is not known throws. */
import type { GitQuestion } from "../../../src/execution/git/conversations.ts";
import { GitFault } from "../../../src/execution/git/git-fault.ts";
import type { GitCommand, GitOutput, GitPlace } from "../../../src/execution/git/runner.ts";
import type { PlayedRepository } from "./object-store.ts";

export interface PlayedPlace {
  readonly repository: PlayedRepository;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/** Runs one command line and parses what it says. */
export function runPlayed<T>(played: PlayedPlace, command: GitCommand<T>, place: GitPlace = {}): T {
  const output = answer(played, command.args, place);
  if (!(command.okCodes ?? [0]).includes(output.exitCode))
    throw new GitFault(command.args, output.exitCode, output.stderr);
  return command.parse(output);
}

/** Answers one question to a command that goes on, and parses the answer. */
export function askPlayed<T>(played: PlayedPlace, { args, ask, parse }: GitQuestion<T>): T {
  const answerTo = questions[args[0] ?? ""];
  if (!answerTo) throw new Error(`The played git cannot be asked: git ${args.join(" ")}`);
  const said = answerTo(played, args, typeof ask === "string" ? ask : ask.content);
  const parsed = parse(typeof said === "string" ? Buffer.from(said) : said);
  if (typeof parsed === "number") throw new Error(`The played git did not say enough: git ${args.join(" ")}`);
  return parsed.answer;
}

function answer(played: PlayedPlace, args: readonly string[], place: GitPlace): GitOutput {
  const [name = "", ...rest] = args;
  const run = commands[name];
  if (!run) throw new Error(`The played git does not know: git ${args.join(" ")}`);
  return run(played, rest, place);
}

type Run = (played: PlayedPlace, args: readonly string[], place: GitPlace) => GitOutput;

const ok = (stdout: string): GitOutput => ({ stdout: Buffer.from(stdout), stderr: "", exitCode: 0 });
const failed = (exitCode: number, stderr: string): GitOutput => ({ stdout: Buffer.alloc(0), stderr, exitCode });
const lines = (all: readonly string[]) => ok(all.map((line) => `${line}\n`).join(""));

const commands: Readonly<Record<string, Run>> = {
  "show-ref": ({ repository }, args) => {
    const ref = only(args, ["--verify", "--hash", "--"]);
    const oid = repository.refs.get(ref);
    return oid === undefined ? failed(128, `fatal: '${ref}' - not a valid ref`) : lines([oid]);
  },
  "for-each-ref": ({ repository }, args) => {
    const formats = args.filter((arg) => arg.startsWith("--"));
    const prefixes = args.filter((arg) => !arg.startsWith("--"));
    const found = [...repository.refs]
      .filter(([ref]) =>
        prefixes.some((prefix) => ref === prefix || ref.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`)),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const dateOf = (oid: string) => repository.commit(oid)?.at ?? 0;
    switch (formats.join(" ")) {
      case "--format=%(objectname) %(refname)":
        return lines(found.map(([ref, oid]) => `${oid} ${ref}`));
      case "--sort=creatordate --format=%(objectname) %(creatordate:unix) %(refname)":
        return lines(
          found.sort(([, a], [, b]) => dateOf(a) - dateOf(b)).map(([ref, oid]) => `${oid} ${dateOf(oid)} ${ref}`),
        );
      default:
        throw new Error(`The played git does not know for-each-ref ${formats.join(" ")}`);
    }
  },
  "ls-tree": ({ repository }, args) => {
    const end = args.indexOf("--");
    const entries = repository.entries(resolve(repository, args[end - 1] ?? "") ?? "");
    if (!entries) return failed(128, "fatal: not a tree object");
    const under = args.slice(end + 1);
    const isWanted = (path: string) =>
      under.length === 0 || under.some((one) => path === one || path.startsWith(`${one}/`));
    return ok(
      [...entries]
        .filter(([path]) => isWanted(path))
        .map(([path, oid]) => `100644 blob ${oid}\t${path}\0`)
        .join(""),
    );
  },
  "merge-base": ({ repository }, args) => {
    const [first = "", ...rest] = args;
    if (first === "--is-ancestor") {
      const [ancestor = "", descendant = ""] = rest;
      return repository.history(descendant).has(ancestor) ? ok("") : failed(1, "");
    }
    if (first === "--independent")
      return lines(rest.filter((one) => !rest.some((other) => other !== one && repository.history(other).has(one))));
    const [base] = repository.mergeBases(first, rest[0] ?? "");
    return base === undefined ? failed(1, "") : lines([base]);
  },
};

const questions: Readonly<
  Record<string, (played: PlayedPlace, args: readonly string[], ask: string) => string | Buffer>
> = {
  "cat-file": ({ repository }, args, ask) => {
    const [, how = "", revision = ""] = /^(contents|info) ([\s\S]*)\0$/.exec(ask) ?? [];
    if (args.join(" ") !== "cat-file --batch-command -z" || how === "")
      throw new Error(`The played git does not know ${args.join(" ")} asked ${ask}`);
    const oid = resolve(repository, revision);
    const found = oid === undefined ? undefined : contentOf(repository, oid);
    if (!found) return `${revision} missing\n`;
    const { type, body } = found;
    const content = how === "contents" ? [body, Buffer.from("\n")] : [];
    return Buffer.concat([Buffer.from(`${oid} ${type} ${body.length}\n`), ...content]);
  },
  "hash-object": ({ repository, now }, args, content) => {
    if (args[2] !== "commit") throw new Error(`The played git does not know ${args.join(" ")}`);
    const [head = "", ...rest] = content.split("\n\n");
    const all = (name: string) => [...head.matchAll(new RegExp(`^${name} (\\S+)$`, "gm"))].map(([, oid = ""]) => oid);
    const [tree = ""] = all("tree");
    // The hands write their own time into it, which is not the played one.
    return `${repository.writeCommit({ tree, parents: all("parent"), message: rest.join("\n\n"), at: now() })}\n`;
  },
  "update-ref": ({ repository }, args, ask) => {
    const fields = ask.split("\0");
    if (fields[0] !== "start" || fields.at(-2) !== "commit") throw new Error(`The played git does not know ${ask}`);
    const fail = (why: string) => new GitFault(args, 128, `fatal: ${why}`);
    const moves: { readonly ref: string; readonly to: string | undefined }[] = [];
    for (let at = 1; at < fields.length - 2; ) {
      const [verb = "", ref = ""] = (fields[at] ?? "").split(" ");
      const [to, from] =
        verb === "update"
          ? [fields[at + 1], fields[at + 2]]
          : verb === "create"
            ? [fields[at + 1], none]
            : [undefined, fields[at + 1]];
      at += verb === "update" ? 3 : 2;
      const held = repository.refs.get(ref);
      if (from !== undefined && from !== "" && from !== (held ?? none))
        throw fail(`cannot lock ref '${ref}': is at ${held} but expected ${from}`);
      if (to !== undefined && !repository.commit(to)) throw fail(`cannot update ref '${ref}': ${to} is no commit`);
      const blocked = [...repository.refs.keys()].some((one) => one.startsWith(`${ref}/`) || ref.startsWith(`${one}/`));
      if (to !== undefined && blocked) throw fail(`cannot lock ref '${ref}': another exists`);
      moves.push({ ref, to });
    }
    for (const { ref, to } of moves) repository.move(ref, to);
    return "start: ok\ncommit: ok\n";
  },
};

function contentOf(
  repository: PlayedRepository,
  oid: string,
): { readonly type: string; readonly body: Buffer } | undefined {
  const blob = repository.blob(oid);
  if (blob !== undefined) return { type: "blob", body: Buffer.from(blob) };
  const tree = repository.treeBody(oid);
  if (tree !== undefined) return { type: "tree", body: tree };
  const commit = repository.commit(oid);
  if (!commit) return undefined;
  const parents = commit.parents.map((parent) => `parent ${parent}\n`).join("");
  return { type: "commit", body: Buffer.from(`tree ${commit.tree}\n${parents}\n${commit.message}`) };
}

const none = "0".repeat(40);

function only(args: readonly string[], options: readonly string[]): string {
  const rest = args.filter((arg) => !options.includes(arg));
  const [one] = rest;
  if (one === undefined || rest.length > 1)
    throw new Error(`The played git does not know the arguments ${args.join(" ")}`);
  return one;
}

/** `name`, `name^{commit}`, `name^{tree}` or `name:path`, where a name is an id, a full ref or HEAD. */
function resolve(repository: PlayedRepository, revision: string): string | undefined {
  const colon = revision.indexOf(":");
  if (colon >= 0) {
    const treeish = resolve(repository, revision.slice(0, colon));
    return treeish === undefined ? undefined : repository.entries(treeish)?.get(revision.slice(colon + 1));
  }
  const [, name = "", type] = /^(.*?)(?:\^\{(commit|tree)\})?$/.exec(revision) ?? [];
  const head = name === "HEAD" ? "refs/heads/main" : name;
  const oid = repository.refs.get(head) ?? head;
  const commit = repository.commit(oid);
  if (type === "tree") return commit?.tree ?? (repository.isTree(oid) ? oid : undefined);
  if (commit || type === "commit") return commit ? oid : undefined;
  return repository.isTree(oid) || repository.blob(oid) !== undefined ? oid : undefined;
}
