import { parseArgs } from "node:util";
import { playStory } from "./story.ts";
import { startStack } from "./stack.ts";

const HELP = `npm run demo [-- --once]

Starts a chain, deploys the registry, opens a log, starts a relayer, serves the dapp, and plays the story of a report
from two phones that meet to an exposure with a proof. Then everything stays up until Ctrl-C.

  --once   end after the story
  --help   this text
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { once: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help) {
    say(HELP);
    return;
  }
  const stopping = untilInterrupted();
  say("Starting");
  const stack = await startStack({ dapp: "built", tell: (line) => say(`   ${line}`) });
  try {
    await Promise.race([playStory(stack, say), stopping.then(() => undefined)]);
    if (values.once) {
      say("\nThe story holds.");
      return;
    }
    say(`
The story holds, and everything is still up. Open the dapp and play a part yourself:

   dapp            ${stack.dapp}
   Vitalik         import ${stack.folder}/vitalik.contacts.jsonl under "My data", then check: possible exposure
   Sourabh         import ${stack.folder}/sourabh.contacts.jsonl instead: no exposures detected
   to report       import ${stack.folder}/vitalik.keys.jsonl, then open "Report"
   relayer         ${stack.relayer} (its log: ${stack.logFile})

Ctrl-C ends it.`);
    await stopping;
  } finally {
    await stack.stop();
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

try {
  await main();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
