import type { Node, SourceFile } from "typescript/unstable/ast";

/** A property or a parameter that a declaration speaks of: by its path, and what users may do with it. */
export interface Member {
  readonly path: string;
  readonly parameter: boolean;
  readonly optional: boolean;
  readonly readonly: boolean;
}

type Ast = typeof import("typescript/unstable/ast");

/** The properties of interfaces, classes and type literals, as `/Type/property`, and the parameters of functions, as `/f/(0)`. */
export function membersIn(file: SourceFile, ast: Ast): readonly Member[] {
  const { SyntaxKind } = ast;
  const found: Member[] = [];
  const named = (node: Node): string | undefined => {
    const name = (node as { readonly name?: Node }).name?.getText(file);
    return name?.replace(/^["'](.*)["']$/, "$1");
  };
  /** Where the parts of a node are; undefined where users do not get. */
  const pathWithin = (node: Node, path: string): string | undefined => {
    switch (node.kind) {
      case SyntaxKind.InterfaceDeclaration:
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.TypeAliasDeclaration:
      case SyntaxKind.FunctionDeclaration:
      case SyntaxKind.VariableDeclaration:
      case SyntaxKind.EnumDeclaration:
        return `${path}/${named(node) ?? "default"}`;
      case SyntaxKind.PropertySignature:
      case SyntaxKind.PropertyDeclaration:
      case SyntaxKind.MethodSignature:
      case SyntaxKind.MethodDeclaration:
      case SyntaxKind.GetAccessor:
      case SyntaxKind.EnumMember: {
        const own = `${path}/${named(node) ?? "?"}`;
        if (isHidden(node, file)) return undefined;
        found.push({ path: own, parameter: false, optional: isOptional(node), readonly: has(node, file, "readonly") });
        return own;
      }
      case SyntaxKind.ArrayType:
        return `${path}/*`;
      case SyntaxKind.Parameter: {
        const parent = node.parent as { readonly parameters?: readonly Node[] };
        const own = `${path}/(${parent.parameters?.indexOf(node) ?? 0})`;
        const rest = (node as { readonly dotDotDotToken?: Node }).dotDotDotToken !== undefined;
        if (!rest) found.push({ path: own, parameter: true, optional: isOptional(node), readonly: false });
        return own;
      }
      default:
        return path;
    }
  };
  const visit = (node: Node, path: string): void => {
    const within = pathWithin(node, path);
    if (within !== undefined) node.forEachChild((child) => visit(child, within));
  };
  visit(file, "");
  return found;
}

/** What users of a class cannot reach. */
export function isHidden(node: Node, file: SourceFile): boolean {
  const name = (node as { readonly name?: Node }).name?.getText(file) ?? "";
  return has(node, file, "private") || name.startsWith("#");
}

export function has(node: Node, file: SourceFile, modifier: string): boolean {
  const { modifiers } = node as { readonly modifiers?: readonly Node[] };
  return modifiers?.some((one) => one.getText(file) === modifier) ?? false;
}

function isOptional(node: Node): boolean {
  const { questionToken, postfixToken } = node as { readonly questionToken?: Node; readonly postfixToken?: Node };
  return questionToken !== undefined || postfixToken !== undefined;
}
