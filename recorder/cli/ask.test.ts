import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { askSecret, confirm, type Terminal } from "./ask.ts";

/** A terminal at which somebody has typed that already. */
function terminal(typed: string, isTTY = true): { at: Terminal; shown: () => string } {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  input.end(typed);
  return { at: { input, output }, shown: () => String(output.read() ?? "") };
}

it.each([
  ["y\r", true],
  ["yes\r", true],
  ["Y\r", true],
  ["\r", false],
  ["n\r", false],
  ["yesterday\r", false],
  ["", false],
  ["\u0003", false],
  ["\u0004", false],
])("only yes is yes: %j", async (typed, wanted) => {
  const { at, shown } = terminal(typed);
  expect(await confirm("Delete?", "say --yes", at)).toBe(wanted);
  expect(shown()).toContain("Delete? [y/N]");
});

it("without a terminal nobody is asked, and it is said what to do instead", async () => {
  const { at, shown } = terminal("y\r", false);
  await expect(confirm("Delete?", "say --yes", at)).rejects.toMatchObject({
    code: "USAGE_INVALID",
    message: expect.stringContaining("say --yes") as string,
  });
  expect(shown()).toBe("");
});

it("a secret is not shown while it is typed", async () => {
  const { at, shown } = terminal("correct horse\r");
  expect(await askSecret("Passphrase", at)).toBe("correct horse");
  expect(shown()).toBe("Passphrase: \n");
});
