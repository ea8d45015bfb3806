// Makes both outcomes of every condition in a Solidity source a line of its own, so that line coverage counts branches.
import { createRequire } from "node:module";

const solc = createRequire(import.meta.url)("solc");

/**
 * Wraps each condition — of if, ?:, for and while, and each operand of && and || — in a function that returns it, and adds
 * these functions at the end. No line of the source moves.
 * @returns the source with probes, and for each line that a probe's outcome has what it stands for: "line: condition is …"
 */
export function branchProbes(name, source) {
  const bytes = Buffer.from(source);
  const conditions = conditionsOf(parse(name, source)).map(({ src }) => {
    const [start, length] = src.split(":").map(Number);
    return { start, end: start + length, text: bytes.subarray(start, start + length).toString() };
  });

  const insertions = conditions.flatMap(({ start, end }, i) => [
    // Of two that begin together the outer one opens first; of two that end together the inner one closes first.
    { at: start, order: -end, text: `_probe${i}(` },
    { at: end, order: -start, text: ")" },
  ]);
  insertions.sort((a, b) => a.at - b.at || a.order - b.order);
  let probed = "";
  let last = 0;
  for (const { at, text } of insertions) {
    probed += bytes.subarray(last, at).toString() + text;
    last = at;
  }
  probed += bytes.subarray(last).toString();

  const meanings = new Map();
  const lines = probed.trimEnd().split("\n");
  for (const [i, { start, text }] of conditions.entries()) {
    const line = bytes.subarray(0, start).toString().split("\n").length;
    lines.push(`function _probe${i}(bool condition) pure returns (bool) {`, "if (condition) {");
    for (const outcome of [true, false]) {
      lines.push(`return ${outcome};`);
      meanings.set(lines.length, `${line}: (${text.replace(/\s+/g, " ")}) is never ${outcome}`);
      lines.push(outcome ? "} else {" : "} }");
    }
  }
  return { source: lines.join("\n") + "\n", meanings };
}

function parse(name, content) {
  const settings = { outputSelection: { "*": { "": ["ast"] } }, stopAfter: "parsing" };
  const input = { language: "Solidity", sources: { [name]: { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const ast = output.sources?.[name]?.ast;
  if (!ast) throw new Error(`${name} cannot be parsed: ${JSON.stringify(output.errors)}`);
  return ast;
}

/** The nodes of the syntax tree whose value decides what happens next. */
function conditionsOf(node) {
  if (node === null || typeof node !== "object") return [];
  if (Array.isArray(node)) return node.flatMap(conditionsOf);
  const inside = Object.values(node).flatMap(conditionsOf);
  switch (node.nodeType) {
    case "IfStatement":
    case "Conditional":
    case "WhileStatement":
    case "DoWhileStatement":
      return [node.condition, ...inside];
    case "ForStatement":
      return node.condition ? [node.condition, ...inside] : inside;
    case "BinaryOperation":
      return ["&&", "||"].includes(node.operator)
        ? [node.leftExpression, node.rightExpression, ...inside]
        : inside;
    default:
      return inside;
  }
}
