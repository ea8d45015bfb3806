import ts from "typescript";

/** What is the same in every language. */
export const STANDS_AS_IT_IS: ReadonlySet<string> = new Set(["Tocsin"]);

/** Attributes, of the platform's elements and of ours, whose text a user reads or hears. */
const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...[
    "aria-label",
    "aria-description",
    "aria-roledescription",
    "aria-valuetext",
    "alt",
    "placeholder",
    "title",
  ],
  ...["label", "hint", "error", "legend", "summary", "note", "question", "warning", "confirm", "keep"],
]);

/** Components whose `name` is shown; elsewhere it is the platform's, for forms. */
const NAMED: ReadonlySet<string> = new Set(["Fact", "CopyValue"]);

export function isTextAttribute(attribute: ts.JsxAttribute): boolean {
  const name = attribute.name.getText();
  const element = attribute.parent.parent.tagName.getText();
  return TEXT_ATTRIBUTES.has(name) || (name === "name" && NAMED.has(element));
}

/**
 * The literals that an expression can only be: one, or those of a condition's branches. "variable" where a text is put
 * together of literals and something else, "other" where there is no literal at all.
 */
export function foldLiterals(expression: ts.Expression): string[] | "variable" | "other" {
  if (ts.isStringLiteralLike(expression)) return [expression.text];
  if (ts.isTemplateExpression(expression)) return "variable";
  if (ts.isParenthesizedExpression(expression)) return foldLiterals(expression.expression);
  if (ts.isConditionalExpression(expression)) {
    return foldBranches(foldLiterals(expression.whenTrue), foldLiterals(expression.whenFalse));
  }
  if (!ts.isBinaryExpression(expression)) return "other";
  const [left, right] = [foldLiterals(expression.left), foldLiterals(expression.right)];
  if (expression.operatorToken.kind !== ts.SyntaxKind.PlusToken) return foldBranches(left, right);
  if (!Array.isArray(left) || !Array.isArray(right)) return "variable";
  return left.flatMap((start) => right.map((end) => start + end));
}

function foldBranches(
  one: ReturnType<typeof foldLiterals>,
  other: ReturnType<typeof foldLiterals>,
): ReturnType<typeof foldLiterals> {
  if (one === "variable" || other === "variable") return "variable";
  const literals = [one, other].flatMap((branch) => (branch === "other" ? [] : branch));
  return literals.length > 0 ? literals : "other";
}

export function hasWords(text: string): boolean {
  return /\p{L}/u.test(text);
}

/** "dapp/app.tsx:12" */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}
