/** Code that reads a contract which is a file: what names the file, or what is made of it. Looked for when somebody asks, never kept. */
import { posix } from "node:path";
import type { CommitId } from "../../core/ids.ts";
import type { Git } from "../git/runner.ts";
import type { Edge } from "./walk.ts";

/** What the generators of common formats put behind the name of what they read. */
const suffixes =
  "(?:_pb2?(?:_grpc)?|_grpc_pb|\\.pb|_connect|[._-](?:gen|generated|client|types|schema|openapi|graphql))";
const generatedFolder = /(?:^|\/)(?:gen|generated|__generated__)\//;
/** Those who explain a contract need not change with it as code does. */
const prose = /\.(?:md|mdx|txt|rst|adoc)$|(?:^|\/)interlock\.yaml$/i;
const mostMatches = 20;

/** How much speaks for a file hanging on a contract, by how it names it. */
const shares = { path: 0.8, end: 0.7, name: 0.4, generated: 0.6 };

/** Whether a file's name says that it was made of another one. */
export function isGeneratedFrom(path: string, source: string): boolean {
  if (path === source) return false;
  const [stem, name] = [stemOf(source), posix.basename(path)];
  if (new RegExp(`^${escaped(stem)}${suffixes}+(?:\\.[A-Za-z0-9]+)+$`).test(name)) return true;
  return generatedFolder.test(path) && stemOf(path) === stem;
}

/** The files of a commit that name a file or what is made of it, each as an edge to it. */
export async function readersOf(git: Git, commit: CommitId, source: string): Promise<readonly Edge[]> {
  const [stem, ending] = [escaped(stemOf(source)), escaped(posix.basename(source).slice(stemOf(source).length))];
  const wanted = `[A-Za-z0-9_./@~-]*${stem}(${ending}|${suffixes.replaceAll("?:", "")})[A-Za-z0-9_./-]*`;
  const asked = ["grep", "-I", "-z", "-E", "-o", `--max-count=${mostMatches}`, "-e", wanted, commit, "--"];
  const matches = await git.run({
    args: asked,
    // 1: nobody.
    okCodes: [0, 1],
    parse: ({ stdout }) => stdout.toString("utf8").split("\n").filter(Boolean),
  });
  const found = new Map<string, Edge>();
  for (const match of matches) {
    const [file = "", matched = ""] = match.slice(commit.length + 1).split("\0");
    // A sentence may end with it.
    const token = matched.replace(/\.+$/, "");
    if (file === source || prose.test(file)) continue;
    const named = namedBy(file, token, source);
    if (!named || (found.get(file)?.share ?? 0) >= named.share) continue;
    found.set(file, { from: { kind: "file", id: file }, to: { kind: "file", id: source }, ...named });
  }
  return [...found.values()];
}

function namedBy(
  file: string,
  token: string,
  source: string,
): (Pick<Edge, "type" | "share"> & { share: number }) | undefined {
  const name = posix.basename(source);
  if (!token.endsWith(name)) {
    const isWhole = new RegExp(`(?:^|[/.@~-])${escaped(stemOf(source))}${suffixes}+(?:\\.[a-z]+)*$`).test(token);
    return isWhole ? { type: "names what is generated from", share: shares.generated } : undefined;
  }
  const plain = token.replace(/^[@~]?\/+/, "");
  const fromThere = posix.normalize(posix.join(posix.dirname(file), plain));
  if (plain === source || fromThere === source) return { type: "names", share: shares.path };
  // As seen from a folder that only the program knows.
  const end = plain.replace(/^(?:\.{1,2}\/)+/, "");
  if (`/${source}`.endsWith(`/${end}`)) return { type: "names", share: end.includes("/") ? shares.end : shares.name };
  return undefined;
}

/** A file's name without what says of which format it is. */
function stemOf(path: string): string {
  return posix.basename(path).replace(/(?<=.)(?:\.(?:openapi|swagger|asyncapi|schema|d))?\.[^.]+$/i, "");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
