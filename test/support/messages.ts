import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { repositoryFiles, type SourceFile } from "./sources.ts";
import { foldLiterals, hasWords, isTextAttribute, placeOf, STANDS_AS_IT_IS } from "./literals.ts";

/** What the page says, as its sources have it. */
export interface Messages {
  /** English messages, and where each of them stands. */
  messages: Map<string, string[]>;
  /** Texts that no translation can reach. */
  faults: string[];
}

/** The page's own sources. */
export function dappSources(): SourceFile[] {
  return repositoryFiles().filter(
    ({ path }) => /^dapp\/.*\.tsx?$/.test(path) && !/\.test\.tsx?$|^dapp\/dist\//.test(path),
  );
}

/** A language's texts, by the English message. */
export function catalogOf(language: string): Record<string, string> {
  const path = join(import.meta.dirname, "..", "..", "dapp", "i18n", `${language}.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
}

/** Finds every message: the literals of `t("…")`, `msg("…")` and `<Trans id="…">`, and texts outside of them. */
export function readMessages(files: readonly SourceFile[]): Messages {
  const found: Messages = { messages: new Map(), faults: [] };
  for (const { path, text } of files) {
    const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind), found);
  }
  return found;
}

function visit(node: ts.Node, found: Messages): void {
  const message = messageOf(node);
  if (message) {
    addMessage(message, found);
    // The values may hold texts again.
    if (ts.isCallExpression(node)) for (const value of node.arguments.slice(1)) visit(value, found);
    else if (ts.isJsxOpeningLikeElement(node)) visitAttributes(node, found);
    return;
  }
  const fault = untranslated(node);
  if (fault !== undefined) found.faults.push(`${placeOf(node)}: ${fault}`);
  ts.forEachChild(node, (child) => visit(child, found));
}

function visitAttributes(element: ts.JsxOpeningLikeElement, found: Messages): void {
  for (const attribute of element.attributes.properties) {
    if (ts.isJsxAttribute(attribute) && attribute.name.getText() === "id") continue;
    visit(attribute, found);
  }
}

/** The expression that names a message, where there is one. */
function messageOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    return ["t", "msg"].includes(node.expression.text) ? node.arguments[0] : undefined;
  }
  if (!ts.isJsxOpeningLikeElement(node) || node.tagName.getText() !== "Trans") return undefined;
  for (const attribute of node.attributes.properties) {
    if (!ts.isJsxAttribute(attribute) || attribute.name.getText() !== "id") continue;
    const value = attribute.initializer;
    return value && ts.isJsxExpression(value) ? value.expression : value;
  }
  return undefined;
}

function addMessage(expression: ts.Expression, found: Messages): void {
  const literals = foldLiterals(expression);
  if (literals === "variable") found.faults.push(`${placeOf(expression)}: a message with a variable in it`);
  // What is no literal was marked by msg, where it stands.
  else if (literals !== "other")
    for (const literal of literals)
      found.messages.set(literal, [...(found.messages.get(literal) ?? []), placeOf(expression)]);
}

/** The words of a node that are shown as they are; undefined where there are none. */
function untranslated(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return wordsIn(node.text);
  if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
    return shown(node.expression);
  if (ts.isJsxAttribute(node) && isTextAttribute(node)) {
    const value = node.initializer;
    if (!value) return undefined;
    if (ts.isStringLiteral(value)) return wordsIn(value.text);
    return ts.isJsxExpression(value) && value.expression ? shown(value.expression) : undefined;
  }
  return sentenceIn(node);
}

/** The words that an expression shows whatever its values are. */
function shown(expression: ts.Expression): string | undefined {
  if (ts.isParenthesizedExpression(expression)) return shown(expression.expression);
  if (ts.isConditionalExpression(expression))
    return shown(expression.whenTrue) ?? shown(expression.whenFalse);
  if (ts.isBinaryExpression(expression)) return shown(expression.left) ?? shown(expression.right);
  if (ts.isStringLiteralLike(expression))
    return isCompared(expression) ? undefined : wordsIn(expression.text);
  if (ts.isTemplateExpression(expression)) {
    return wordsIn(
      [expression.head, ...expression.templateSpans.map((span) => span.literal)]
        .map(({ text }) => text)
        .join(" "),
    );
  }
  return undefined;
}

function isCompared({ parent }: ts.Node): boolean {
  return ts.isBinaryExpression(parent) && /^[!=]==$/.test(parent.operatorToken.getText());
}

/** A whole sentence, wherever it stands, is for somebody to read; that of an error is a technical detail. */
function sentenceIn(node: ts.Node): string | undefined {
  if (!ts.isStringLiteralLike(node) || !/^\p{Lu}.* .*[.?!…]$/u.test(node.text)) return undefined;
  for (let above = node.parent; !ts.isSourceFile(above); above = above.parent) {
    if (ts.isNewExpression(above) || ts.isThrowStatement(above)) return undefined;
  }
  return node.text;
}

function wordsIn(text: string): string | undefined {
  const words = text.replace(/&#?\w+;/g, " ").trim();
  return hasWords(words) && !STANDS_AS_IT_IS.has(words.replace(/^[\s·]+|[\s·]+$/g, "")) ? words : undefined;
}
