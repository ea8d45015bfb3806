import { parseArgs } from "node:util";
import { makeDay } from "./people.ts";
import { playOmission, startOmission } from "./omission.ts";
import { startRadio } from "./radio.ts";
import { playStory } from "./story.ts";
import { startStack } from "./stack.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tell = (line: string): void => say(`   ${line}`);

/** A scene whose parts run. */
interface Stage {
  play(): Promise<void>;
  /** What a person can do while everything stays up. */
  invitation: string;
  stop(): Promise<void>;
}

const scenes: Record<string, () => Promise<Stage>> = {
  async story() {
    const stack = await startStack({ dapp: "built", tell });
    return {
      play: () => playStory(stack, () => makeDay(stack.folder, Math.floor(Date.now() / 1_000)), say),
      invitation: `Open the dapp and play a part yourself:

   dapp            ${stack.dapp}
   Vitalik         import ${stack.folder}/vitalik.contacts.jsonl under "My data", then check: possible exposure
   Sourabh         import ${stack.folder}/sourabh.contacts.jsonl instead: no exposures detected
   to report       import ${stack.folder}/vitalik.keys.jsonl, then open "Report"
   relayer         ${stack.relayer} (its log: ${stack.logFile})`,
      stop: () => stack.stop(),
    };
  },
  async radio() {
    const stage = await startRadio({ tell });
    const { bridges, folders } = stage;
    return {
      play: () => playStory(stage, stage.live, say),
      invitation: `Let the dapp follow a recorder:

   dapp            ${stage.dapp}
   Vitalik         under "My data", "Connect a recorder", give ${bridges.vitalik} and the code of
                   npx tocsin-recorder pair --data-dir ${folders.vitalik}
                   then check: possible exposure
   to report       open "Report" there, choose the hours, and approve what the page asks for:
                   npx tocsin-recorder approve --data-dir ${folders.vitalik}
   recorders       npx tocsin-recorder status --data-dir ${folders.sourabh}`,
      stop: () => stage.stop(),
    };
  },
  async omission() {
    const stage = await startOmission({ tell });
    const { anvil, bond, logId, operator } = stage;
    const at = `--rpc ${anvil.url} --bond ${bond}`;
    return {
      play: () => playOmission(stage, say),
      invitation: `Ask the chain yourself:

   bond            npx tocsin bond status ${at} --log ${logId} --relayer ${operator.address}`,
      stop: () => stage.stop(),
    };
  },
};

const HELP = `npm run demo [-- --scene NAME] [--once]

Plays a scene with the real parts, and prints each step's evidence. Then everything stays up until Ctrl-C.

  --scene story      a report from two phones that meet to an exposure with a proof (what is played without --scene)
  --scene radio      the same with three Bluetooth recorders on a simulated radio instead of sample files
  --scene omission   a relayer drops a report that it gave a receipt for, and is made to pay
  --once             end after the scene
  --help             this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scene: { type: "string", default: "story" },
      once: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    say(HELP);
    return;
  }
  const start = Object.hasOwn(scenes, values.scene) ? scenes[values.scene] : undefined;
  if (!start) {
    const known = Object.keys(scenes).join(", ");
    process.stderr.write(`demo: there is no scene "${values.scene}"; the scenes are: ${known}\n`);
    process.exitCode = 2;
    return;
  }
  const stopping = untilInterrupted();
  say("Starting");
  const stage = await start();
  try {
    await Promise.race([stage.play(), stopping]);
    if (values.once) {
      say("\nThe story holds.");
      return;
    }
    say(`\nThe story holds, and everything is still up. ${stage.invitation}\n\nCtrl-C ends it.`);
    await stopping;
  } finally {
    await stage.stop();
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
