import { catalogOf, dappSources, readMessages } from "./messages.ts";

/** `node test/support/listMessages.ts de` prints the messages that a language's catalogue has not yet, ready to be filled in. */
const [language] = process.argv.slice(2);
if (language === undefined) throw new Error("name a language, as de");
const catalog = catalogOf(language);
const missing = [...readMessages(dappSources()).messages.keys()]
  .filter((message) => !catalog[message])
  .sort();
process.stdout.write(
  `${JSON.stringify(Object.fromEntries(missing.map((message) => [message, ""])), null, 2)}\n`,
);
