import type { SourceFile } from "typescript/unstable/ast";
import type { Symbol as Export, Project } from "typescript/unstable/async";
import type { Change, Finding, Problem } from "../contract-kind.ts";
import { type Member, membersIn } from "./members.ts";
import { strictText } from "./strict-text.ts";
import { fileOf, problemsIn, withProgram } from "./virtual-program.ts";

/** What a module exports under a name: with how many type parameters, and its text. */
interface Exported {
  readonly isType: boolean;
  readonly isValue: boolean;
  readonly parameters: number;
  readonly text: string;
}

interface Module {
  readonly exports: ReadonlyMap<string, Exported>;
  readonly members: readonly Member[];
  readonly strict: string;
  readonly text: string;
}

/** What is wrong with a module's declarations; it must export something, and import nothing. */
export async function checkTypescript(text: string): Promise<readonly Problem[]> {
  return await withProgram({ contract: text }, async (project) => {
    const problems = await problemsIn(project, "contract", text);
    if (problems.length > 0) return problems;
    const { exports } = await moduleOf(project, "contract", text);
    return exports.size > 0 ? [] : [{ where: "", say: "The text exports nothing." }];
  });
}

/** What changed for users of a module: what it exports must still fit where it was used; parameters the other way. */
export async function compareTypescript(before: string, after: string): Promise<readonly Finding[]> {
  const [old, young] = await withProgram(
    { before, after },
    async (project) => [await moduleOf(project, "before", before), await moduleOf(project, "after", after)] as const,
  );
  const kept = [...old.exports].flatMap(([name, exported]) => {
    const now = young.exports.get(name);
    return now ? [{ name, old: exported, young: now }] : [];
  });
  const texts = { before: old.strict, after: young.strict, pairs: pairsText(kept) };
  const fits = await withProgram(texts, (project) => typeFindings(project, kept));
  const gone = [...old.exports.keys()].filter((name) => !young.exports.has(name));
  const added = [...young.exports.keys()].filter((name) => !old.exports.has(name));
  return [
    ...gone.map((name) => finding("breaking", "export-removed", name, "It is no longer exported.")),
    ...added.map((name) => finding("compatible", "export-added", name, "The export is new.")),
    ...fits,
    ...memberFindings(old.members, young.members),
    ...doubts(old, young, kept),
  ];
}

/** Each property as `/Type/property`. */
export async function fieldsOfTypescript(text: string): Promise<readonly string[]> {
  const { members } = await withProgram({ contract: text }, (project) => moduleOf(project, "contract", text));
  return [...new Set(members.flatMap(({ path }) => (path.includes("(") ? [] : [path])))];
}

interface Kept {
  readonly name: string;
  readonly old: Exported;
  readonly young: Exported;
}

/** A file in which each export of both versions has a name; what is generic is taken for `any`. */
function pairsText(kept: readonly Kept[]): string {
  const lines = kept.flatMap(({ name, old, young }, i) => {
    const typed = (from: string, { parameters }: Exported) =>
      `import("./${from}").${name}${parameters > 0 ? `<${Array(parameters).fill("any").join(", ")}>` : ""}`;
    return [
      ...(old.isType && young.isType
        ? [`export type Before${i} = ${typed("before", old)};`, `export type After${i} = ${typed("after", young)};`]
        : []),
      ...(old.isValue && young.isValue
        ? [
            `export declare const before${i}: typeof import("./before").${name};`,
            `export declare const after${i}: typeof import("./after").${name};`,
          ]
        : []),
    ];
  });
  return [...lines, "export {};"].join("\n");
}

async function typeFindings(project: Project, kept: readonly Kept[]): Promise<readonly Finding[]> {
  const { checker } = project;
  const exports = new Map((await exportsOf(project, "pairs")).map((symbol) => [symbol.name, symbol]));
  const findings: Finding[] = [];
  for (const [i, { name, old, young }] of kept.entries()) {
    if ((old.isType && !young.isType) || (old.isValue && !young.isValue))
      findings.push(finding("breaking", "export-kind-changed", name, "It is no longer a type, or no longer a value."));
    const [typeBefore, typeAfter] = [exports.get(`Before${i}`), exports.get(`After${i}`)];
    if (typeBefore && typeAfter) {
      const [b, a] = [
        await checker.getDeclaredTypeOfSymbol(typeBefore),
        await checker.getDeclaredTypeOfSymbol(typeAfter),
      ];
      if (!(await checker.isTypeAssignableTo(a, b)))
        findings.push(
          finding("breaking", "type-changed", name, "What is of the new type does not fit where the old one was used."),
        );
      else if (!(await checker.isTypeAssignableTo(b, a)))
        findings.push(
          finding(
            "unknown",
            "type-narrowed",
            name,
            "What was of the old type is not of the new one; whether users make such values is not known.",
          ),
        );
    }
    const [valueBefore, valueAfter] = [exports.get(`before${i}`), exports.get(`after${i}`)];
    if (!valueBefore || !valueAfter) continue;
    const [b, a] = [await checker.getTypeOfSymbol(valueBefore), await checker.getTypeOfSymbol(valueAfter)];
    if (!b || !a) findings.push(finding("unknown", "not-understood", name, "Its type could not be found."));
    else if (!(await checker.isTypeAssignableTo(a, b)))
      findings.push(finding("breaking", "value-changed", name, "It does not fit where the old one was used."));
  }
  return findings;
}

/** What the compiler lets pass and users notice: names that are gone, parameters that became required, properties that became readonly. */
function memberFindings(old: readonly Member[], young: readonly Member[]): readonly Finding[] {
  const now = new Map(young.map((member) => [member.path, member]));
  return old.flatMap(({ path, parameter, optional, readonly }): readonly Finding[] => {
    const after = now.get(path);
    if (!after)
      return [
        finding(
          "unknown",
          parameter ? "parameter-removed" : "property-removed",
          path,
          parameter
            ? "The parameter is gone; who passes it is not known."
            : "The property is not declared here any more; who uses it is not known.",
        ),
      ];
    if (parameter && optional && !after.optional)
      return [finding("breaking", "parameter-became-required", path, "The parameter became required.")];
    if (!parameter && !readonly && after.readonly)
      return [
        finding(
          "unknown",
          "property-became-readonly",
          path,
          "The property became readonly; who writes it is not known.",
        ),
      ];
    return [];
  });
}

/** Changes that assignability does not judge, or judges too kindly. */
function doubts(old: Module, young: Module, kept: readonly Kept[]): readonly Finding[] {
  const generic = kept.filter(
    ({ old: a, young: b }) => (a.parameters > 0 || b.parameters > 0 || /[\w)]\s*</.test(a.text)) && a.text !== b.text,
  );
  const count = (text: string, word: RegExp) => (text.match(word) ?? []).length;
  const loose = count(old.strict, /\bany\b/g) !== count(young.strict, /\bany\b/g);
  const ambient = /\b(namespace|global|module)\b/;
  return [
    ...generic.map(({ name }) =>
      finding("unknown", "generic-changed", name, "It is generic, and not all that it may be used with can be tried."),
    ),
    ...(loose ? [finding("unknown", "any-changed", "", "`any` came or went, with which everything fits.")] : []),
    ...(old.text !== young.text && (ambient.test(old.strict) || ambient.test(young.strict))
      ? [finding("unknown", "namespace-changed", "", "What is in namespaces and global declarations is not compared.")]
      : []),
  ];
}

async function moduleOf(project: Project, name: string, text: string): Promise<Module> {
  const ast = await import("typescript/unstable/ast");
  const file = await sourceOf(project, name);
  const exports = new Map<string, Exported>();
  const { SymbolFlags } = await import("typescript/unstable/async");
  for (const symbol of await exportsOf(project, name)) {
    const target = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : await project.checker.getAliasedSymbol(symbol);
    const nodes = await Promise.all((target.declarations ?? []).map((declaration) => declaration.resolve(project)));
    const parameters = nodes.map(
      (node) => (node as { readonly typeParameters?: readonly unknown[] } | undefined)?.typeParameters?.length ?? 0,
    );
    exports.set(symbol.name, {
      isType: (target.flags & SymbolFlags.Type) !== 0,
      isValue: (target.flags & SymbolFlags.Value) !== 0,
      parameters: (target.flags & SymbolFlags.Type) !== 0 ? Math.max(0, ...parameters) : 0,
      text: nodes.map((node) => node?.getText(file) ?? "").join("\n"),
    });
  }
  return { exports, members: membersIn(file, ast), strict: strictText(file, ast), text };
}

async function exportsOf(project: Project, name: string): Promise<readonly Export[]> {
  const module = await project.checker.getSymbolAtLocation(await sourceOf(project, name));
  return module ? await project.checker.getExportsOfModule(module) : [];
}

async function sourceOf({ program }: Project, name: string): Promise<SourceFile> {
  const file = await program.getSourceFile(fileOf(name));
  if (!file) throw new Error(`the compiler did not read ${name}`);
  return file;
}

function finding(change: Change, rule: string, where: string, say: string): Finding {
  return { change, rule, where, say };
}
