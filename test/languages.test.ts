import { compileMessageOrThrow } from "@lingui/message-utils/compileMessage";
import { describe, expect, it, test } from "vitest";
import { compileMessage } from "../dapp/i18n/compileMessage.ts";
import { LANGUAGES } from "../dapp/i18n/i18n.ts";
import { catalogOf, dappSources, readMessages } from "./support/messages.ts";

const { messages, faults } = readMessages(dappSources());
const others = Object.keys(LANGUAGES).filter((language) => language !== "en");

describe("what the page says can be said in every language", () => {
  it("says something", () => {
    expect([...messages.keys()]).toContain("Skip to the content");
    expect(others.length).toBeGreaterThanOrEqual(2);
  });

  it("holds no text that is shown as it is", () => {
    expect(faults).toEqual([]);
  });

  it("is written in messages that can be read", () => {
    expect([...messages.keys()].flatMap((message) => problemOf(message) ?? [])).toEqual([]);
  });

  for (const language of others) {
    describe(LANGUAGES[language as keyof typeof LANGUAGES], () => {
      const catalog = catalogOf(language);

      it("has every message", () => {
        const missing = [...messages].filter(([message]) => !catalog[message]?.trim());
        expect(missing.map(([message, [place]]) => `${place}: ${message}`)).toEqual([]);
      });

      it("has no message that the page does not have", () => {
        expect(Object.keys(catalog).filter((message) => !messages.has(message))).toEqual([]);
      });

      it("has the same values and elements in each, and the forms that the language counts by", () => {
        const different = Object.entries(catalog)
          .filter(([message]) => messages.has(message))
          .flatMap(([message, text]) => {
            const problem = problemOf(text) ?? differenceOf(message, text, language);
            return problem === undefined ? [] : [`${message} → ${text}: ${problem}`];
          });
        expect(different).toEqual([]);
      });
    });
  }
});

/** What of a message the page, or Lingui, cannot read, or reads otherwise. */
function problemOf(message: string): string | undefined {
  try {
    const [ours, theirs] = [compileMessage(message), compileMessageOrThrow(message)].map((read) =>
      JSON.stringify(read),
    );
    return ours === theirs ? undefined : `${message}: read as ${ours}, and by Lingui as ${theirs}`;
  } catch (error) {
    return `${message}: ${(error as Error).message}`;
  }
}

function differenceOf(message: string, text: string, language: string): string | undefined {
  const [wanted, found] = [partsOf(message), partsOf(text)];
  const missing = [...wanted.names].filter((name) => !found.names.has(name));
  const left = [...found.names].filter((name) => !wanted.names.has(name));
  if (missing.length > 0) return `without ${missing.join(", ")}`;
  if (left.length > 0) return `with ${left.join(", ")}`;
  const counted = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  // French counts millions apart, which other says as well.
  const needed = counted.filter((form) => form !== "many");
  const lacking = found.plurals.flatMap((forms) => needed.filter((form) => !forms.includes(form)));
  return lacking.length > 0 ? `without the plural form ${lacking.join(", ")}` : undefined;
}

/** Names of the values and elements of a message with their kinds, and the forms of each of its plurals. */
function partsOf(message: string): { names: Set<string>; plurals: string[][] } {
  const parts = { names: new Set<string>(), plurals: [] as string[][] };
  const read = (tokens: unknown): void => {
    if (!Array.isArray(tokens)) return;
    for (const token of tokens as unknown[]) {
      if (typeof token === "string") {
        for (const [, tag] of token.matchAll(/<\/?(\d+)\/?>/g)) parts.names.add(`<${tag}>`);
      } else if (Array.isArray(token)) {
        const [name, kind, forms] = token as [string, string?, unknown?];
        parts.names.add(`{${[name, ...(kind === undefined ? [] : [kind])].join(", ")}}`);
        if (typeof forms !== "object" || forms === null) continue;
        const { offset: _, ...cases } = forms as Record<string, unknown>;
        if (kind === "plural") parts.plurals.push(Object.keys(cases));
        Object.values(cases).forEach(read);
      }
    }
  };
  read(compileMessageOrThrow(message));
  return parts;
}

const source = (text: string) => [{ path: "dapp/some.tsx", text }];

describe("how messages are found", () => {
  test.each([
    ['t("One")', ["One"]],
    ['t("Two " + "parts")', ["Two parts"]],
    ['msg(isOne ? "This" : "That")', ["This", "That"]],
    [
      'const x = <Trans id="Open <0>it</0>." components={{ 0: <a title={t("It")} /> }} />',
      ["Open <0>it</0>.", "It"],
    ],
    ['t("{n}", { n: t("Inner") })', ["{n}", "Inner"]],
    ["t(name)", []],
  ])("%s", (text, expected) => {
    const read = readMessages(source(text));
    expect([...read.messages.keys()]).toEqual(expected);
    expect(read.faults).toEqual([]);
  });

  test.each([
    "t(`Hello ${name}`)",
    't("Hello " + name)',
    "const x = <p>Hello</p>;",
    'const x = <p>{isNew ? "Hello" : t("Bye")}</p>;',
    "const x = <p>{`Hello ${name}`}</p>;",
    'const x = <img alt="Hello" />;',
    'const x = <Fact name="Hello" />;',
    'setStatus("It is done.");',
  ])("%s is a fault", (text) => {
    expect(readMessages(source(text)).faults).toHaveLength(1);
  });

  test.each([
    "const x = <p>Tocsin</p>;",
    'const x = <p>{kind === "Hello" && <b>…</b>}</p>;',
    'const x = <input name="hello" className="text left" />;',
    'throw new Error("It is not done.");',
  ])("%s is none", (text) => {
    expect(readMessages(source(text)).faults).toEqual([]);
  });
});
