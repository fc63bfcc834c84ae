/** What a source says of itself, in the words of its language and without a look at any other file. */
export interface SourceFacts {
  /** What it names of others, each once: `./a.ts`, `..p:name` (Python), `mod a`, `use crate::a::b` (Rust), `a.b.*` (Java). */
  readonly imports: readonly string[];
  /** Names that others can import; `* ./a.ts` stands for all those of another module. Known for scripts, Python and Rust. */
  readonly exports: readonly string[];
  /** The packages (Java) or namespaces (C#) that it is part of. */
  readonly partOf: readonly string[];
}

/** Of a file that says nothing, or that nobody can read. */
export const noFacts: SourceFacts = { imports: [], exports: [], partOf: [] };
