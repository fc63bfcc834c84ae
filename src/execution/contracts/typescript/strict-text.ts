import type { Node, SourceFile } from "typescript/unstable/ast";
import { has, isHidden } from "./members.ts";

type Ast = typeof import("typescript/unstable/ast");

/**
 * The same declarations, written so that the compiler compares them as a user must: methods as properties with function
 * types, since the parameters of methods are compared both ways, and classes without their private members, by which two
 * classes differ however alike they are.
 */
export function strictText(file: SourceFile, { SyntaxKind }: Ast): string {
  const source = file.text;
  const isMethod = ({ kind }: Node) => kind === SyntaxKind.MethodSignature || kind === SyntaxKind.MethodDeclaration;

  const childrenOf = (node: Node): readonly Node[] => {
    const all: Node[] = [];
    node.forEachChild((child) => void all.push(child));
    return all.sort((a, b) => a.pos - b.pos);
  };

  /** A stretch of the source with the nodes in it written anew. */
  const written = (start: number, end: number, nodes: readonly Node[], parent: Node): string => {
    let text = "";
    let at = start;
    for (const node of nodes) {
      if (node.pos < at || node.end > end) continue;
      text += source.slice(at, node.pos) + rendered(node, parent);
      at = node.end;
    }
    return text + source.slice(at, end);
  };

  const keyOf = (node: Node): string =>
    `${has(node, file, "static")} ${(node as { readonly name?: Node }).name?.getText(file) ?? ""}`;

  /** From behind the name: type parameters, parameters and what is returned, as a signature of a function type. */
  const signatureOf = (node: Node): string =>
    written(headEnd(node), node.end, childrenOf(node), node).replace(/[;,\s]*$/, "");

  const rendered = (node: Node, parent: Node): string => {
    if (
      (parent.kind === SyntaxKind.ClassDeclaration && isHidden(node, file)) ||
      node.kind === SyntaxKind.ProtectedKeyword
    )
      return "";
    if (!isMethod(node)) return written(node.pos, node.end, childrenOf(node), node);
    const overloads = childrenOf(parent).filter((other) => isMethod(other) && keyOf(other) === keyOf(node));
    if (overloads[0] !== node) return "";
    return `${source.slice(node.pos, headEnd(node))}: { ${overloads.map(signatureOf).join("; ")} };`;
  };

  return rendered(file, file);
}

/** Where the name of a method ends, with its question mark. */
function headEnd(node: Node): number {
  const { name, questionToken, postfixToken } = node as {
    readonly name?: Node;
    readonly questionToken?: Node;
    readonly postfixToken?: Node;
  };
  return (questionToken ?? postfixToken ?? name)?.end ?? node.pos;
}
