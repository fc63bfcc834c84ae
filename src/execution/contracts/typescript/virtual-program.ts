import type { API, Project } from "typescript/unstable/async";
import type { Problem } from "../contract-kind.ts";

/** Where the files seem to be; nothing of the real file system is there. */
const folder = "/contract";

const options = {
  strict: true,
  noEmit: true,
  types: [],
  target: "es2024",
  lib: ["es2024"],
  module: "esnext",
  moduleResolution: "bundler",
};

/** Runs something on a program of these texts alone: the compiler reads its own libraries, and no file besides. */
export async function withProgram<R>(
  texts: Readonly<Record<string, string>>,
  run: (project: Project) => Promise<R>,
): Promise<R> {
  const { API } = await import("typescript/unstable/async");
  const config = `${folder}/tsconfig.json`;
  const files = new Map(Object.entries(texts).map(([name, text]) => [fileOf(name), text]));
  files.set(config, JSON.stringify({ compilerOptions: options, files: Object.keys(texts).map(fileOf) }));
  const api: API = new API({
    cwd: folder,
    fs: {
      readFile: (path) => files.get(path) ?? (isLibrary(path) ? undefined : null),
      fileExists: (path) => files.has(path),
      directoryExists: (path) => path === folder,
      getAccessibleEntries: () => ({ files: [], directories: [] }),
      realpath: (path) => path,
    },
  });
  try {
    const snapshot = await api.updateSnapshot({ openProjects: [config] });
    const project = snapshot.getProject(config);
    if (!project) throw new Error("the compiler opened no project");
    return await run(project);
  } finally {
    await api.close();
  }
}

export function fileOf(name: string): string {
  return `${folder}/${name}.d.ts`;
}

/** What the compiler says against a file. */
export async function problemsIn({ program }: Project, name: string, text: string): Promise<readonly Problem[]> {
  const syntax = await program.getSyntacticDiagnostics(fileOf(name));
  const found = syntax.length > 0 ? syntax : await program.getSemanticDiagnostics(fileOf(name));
  return found.map(({ pos, text: say }) => ({
    where: `line ${text.slice(0, pos).split("\n").length}`,
    say: say.endsWith(".") ? say : `${say}.`,
  }));
}

/** The compiler's declarations of the language itself, which lie beside it. */
function isLibrary(path: string): boolean {
  return /\/@typescript\/typescript-[\w-]+\/lib\/lib\.[\w.]+\.d\.ts$/.test(path) && !path.includes("..");
}
