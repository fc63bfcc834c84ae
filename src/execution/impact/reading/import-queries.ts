import type { Language } from "../../landing/resolution/file-kind.ts";

/** The languages that are read by their grammar. */
export type GrammarLanguage = Extract<Language, "python" | "go" | "rust" | "java" | "c-sharp">;

/** What to look for in a syntax tree: `@import`, `@export` and `@part` are what `SourceFacts` calls them. */
export const IMPORT_QUERIES: Readonly<Record<GrammarLanguage, string>> = {
  python: `
    (import_statement) @import
    (import_from_statement) @import
    (module (function_definition name: (_) @export))
    (module (class_definition name: (_) @export))
    (module (decorated_definition definition: (_ name: (_) @export)))
    (module (expression_statement (assignment left: (identifier) @export)))`,
  go: "(import_spec path: (_) @import)",
  rust: `
    (use_declaration) @import
    (extern_crate_declaration) @import
    (mod_item !body) @import
    (source_file (_ (visibility_modifier) name: (_) @export))`,
  java: `
    (import_declaration) @import
    (package_declaration (_) @part)`,
  "c-sharp": `
    (using_directive) @import
    (namespace_declaration name: (_) @part)
    (file_scoped_namespace_declaration name: (_) @part)`,
};

/**
 * Where imports of a language can only stand before everything else, the first line that is something else. It may also stand
 * in a comment; then what is before it has an error, and the whole is read.
 */
export const BODY_STARTS: Readonly<Partial<Record<GrammarLanguage, RegExp>>> = {
  go: /^(?:func|type|var|const)\b/m,
  java: /^(?:@\w|(?:public|abstract|final|sealed|non-sealed|strictfp|class|interface|enum|record)\b)/m,
  "c-sharp":
    /^[ \t]*(?:(?:public|internal|private|protected|abstract|sealed|static|partial|readonly|unsafe|file|new|ref)[ \t]+)*(?:class|struct|interface|enum|record|delegate)\b/m,
};
