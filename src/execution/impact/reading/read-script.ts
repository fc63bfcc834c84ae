/** JavaScript and TypeScript, by oxc: module syntax from its own record, what is not module syntax from the syntax tree. */
import { type Argument, type EcmaScriptModule, type Expression, type Program, parseSync, Visitor } from "oxc-parser";
import type { SourceFacts } from "./facts.ts";

/** Imports, re-exports, `import("x")`, `require("x")`, `import x = require("x")`, `import("x").T`, and the names exported. */
export function readScript(path: string, text: string): SourceFacts {
  const parsed = parseSync(path, text, waysToRead(path));
  const imports = new Set<string>();
  const exports = new Set<string>();
  readModule(parsed.module, text, imports, exports);
  // The tree costs several times what the record costs, and most modules have nothing more to say.
  if (MORE_THAN_MODULES.test(text)) readTree(parsed.program, imports, exports);
  return { imports: [...imports], exports: [...exports], partOf: [] };
}

const MORE_THAN_MODULES = /\brequire\b|\bimport\s*\(|\bexports\b/;

function waysToRead(path: string): Parameters<typeof parseSync>[2] {
  if (/\.cjs$/.test(path)) return { lang: "jsx", sourceType: "commonjs" };
  if (/\.m?jsx?$/.test(path)) return { lang: "jsx", sourceType: "unambiguous" };
  return {};
}

function readModule(module: EcmaScriptModule, text: string, imports: Set<string>, exports: Set<string>): void {
  for (const { moduleRequest } of module.staticImports) imports.add(moduleRequest.value);
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, exportName, importName } of entries) {
      if (moduleRequest) imports.add(moduleRequest.value);
      if (exportName.kind === "Default") exports.add("default");
      else if (exportName.name !== null) exports.add(exportName.name);
      else if (moduleRequest && importName.kind === "AllButDefault") exports.add(`* ${moduleRequest.value}`);
    }
  }
  for (const { moduleRequest } of module.dynamicImports) {
    const [, , name] = /^(["'`])([^"'`$\\]+)\1$/.exec(text.slice(moduleRequest.start, moduleRequest.end)) ?? [];
    if (name !== undefined) imports.add(name);
  }
}

function readTree(program: Program, imports: Set<string>, exports: Set<string>): void {
  const visitor = new Visitor({
    CallExpression: ({ callee, arguments: [first] }) => {
      const name = textOf(first);
      if (name !== undefined && isRequire(callee)) imports.add(name);
    },
    TSExternalModuleReference: ({ expression }) => {
      imports.add(expression.value);
    },
    TSImportType: ({ source }) => {
      imports.add(source.value);
    },
    AssignmentExpression: ({ left, right }) => {
      if (left.type !== "MemberExpression" || left.computed || left.property.type !== "Identifier") return;
      if (isExports(left.object)) exports.add(left.property.name);
      else if (isExports(left) && right.type === "ObjectExpression")
        for (const property of right.properties)
          if (property.type === "Property" && property.key.type === "Identifier") exports.add(property.key.name);
    },
  });
  visitor.visit(program);
}

function textOf(argument: Argument | undefined): string | undefined {
  if (argument?.type === "Literal" && typeof argument.value === "string") return argument.value;
  if (argument?.type === "TemplateLiteral" && argument.expressions.length === 0)
    return argument.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** `require`, `require.resolve`. */
function isRequire(callee: Expression): boolean {
  if (callee.type === "MemberExpression") {
    const { object, property } = callee;
    return property.type === "Identifier" && property.name === "resolve" && isNamed(object, "require");
  }
  return isNamed(callee, "require");
}

/** `exports`, `module.exports`. */
function isExports(left: Expression): boolean {
  if (left.type === "MemberExpression") {
    const { object, property } = left;
    return property.type === "Identifier" && property.name === "exports" && isNamed(object, "module");
  }
  return isNamed(left, "exports");
}

function isNamed(expression: Expression, name: string): boolean {
  return expression.type === "Identifier" && expression.name === name;
}
