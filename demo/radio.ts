import { join } from "node:path";
import { readFileSync } from "node:fs";
import { parseContactRecords } from "@tocsin/protocol/match/contactRecords.ts";
import type { TimeSpan } from "@tocsin/protocol/report/broadcastKeys.ts";
import { AcceleratedClock } from "../test/support/radio/acceleratedClock.ts";
import { AndroidPeer } from "../test/support/radio/peers.ts";
import type { Position } from "../test/support/radio/propagation.ts";
import { startRecorderProcess } from "../test/support/radio/recorderProcess.ts";
import { SimulatedAir } from "../test/support/radio/simulatedAir.ts";
import { startMachine } from "../test/support/radio/simulatedMachine.ts";
import { tocsinService } from "../test/support/radio/tocsinService.ts";
import { makeOthers, type Day, type Person } from "./people.ts";
import { tocsinRecorder } from "./processes.ts";
import { startStack, type Stack } from "./stack.ts";

const MINUTE = 60;
/** How long before now the day begins, and how many times faster it passes until it has caught up with now. */
const DAY_SECONDS = 150 * MINUTE;
const FACTOR = 240;
/** Simulated milliseconds between two advertisements: a bus could not carry one a second at that speed. */
const INTERVAL_MS = 10_000;

const RADIO =
  "simulated: three recorders as processes of their own, each with a stand-in for BlueZ on a D-Bus of its own";

/** The stack, and three people with a recorder each. */
export interface RadioStage extends Stack {
  /** Waits until the day has passed, and looks at what is left of it. */
  live: () => Promise<Day>;
  /** Data folder of each recorder, and where pages reach it. */
  folders: Record<Name, string>;
  bridges: Record<Name, string>;
}

type Name = "alex" | "vitalik" | "sourabh";

/** Starts the stack and the recorders; their day begins when all of them are up. */
export async function startRadio(options: {
  folder?: string;
  tell: (line: string) => void;
}): Promise<RadioStage> {
  const stack = await startStack({ dapp: "built", ...options });
  const stops: (() => Promise<void>)[] = [() => stack.stop()];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const origin = Math.floor(Date.now() / 1_000) - DAY_SECONDS;
    const meeting = { from: origin + 70 * MINUTE, to: origin + 115 * MINUTE };
    const clock = new AcceleratedClock({ origin: origin * 1_000, factor: FACTOR, startedAt: Infinity });
    const air = new SimulatedAir({ clock, interval: INTERVAL_MS });
    stops.push(() => {
      air.close();
      return Promise.resolve();
    });
    const places: Record<Name, Position | ((milliseconds: number) => Position)> = {
      alex: { x: 0, y: 0 },
      vitalik: (milliseconds) => ({ x: isIn(meeting, milliseconds / 1_000) ? 1.5 : 200, y: 0 }),
      sourabh: { x: 500, y: 0 },
    };
    const [folders, bridges] = [{} as RadioStage["folders"], {} as RadioStage["bridges"]];
    for (const [name, place] of Object.entries(places) as [Name, Position][]) {
      folders[name] = join(stack.folder, `${name}.recorder`);
      const machine = await startMachine(air, { name, place });
      stops.push(() => machine.close());
      const environment = { TOCSIN_RECORDER_DATA_DIR: folders[name] };
      const recorder = await startRecorderProcess(machine, clock, environment);
      stops.push(() => recorder.stop());
      bridges[name] = recorder.bridgeUrl;
      options.tell(`${name.padEnd(11)} recorder, its bridge ${bridges[name]}`);
    }
    // Somebody with a phone sits beside Sourabh.
    new AndroidPeer(air, "stranger", { x: 502, y: 0 }, crypto.getRandomValues(new Uint8Array(16)));
    clock.begin();
    const live = async (): Promise<Day> => {
      await clock.sleep(Date.now() - clock.now());
      return lookBack({ stack, air, meeting, folders });
    };
    return { ...stack, folders, bridges, live, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function lookBack({
  stack: { folder },
  air,
  meeting,
  folders,
}: {
  stack: Stack;
  air: SimulatedAir;
  meeting: TimeSpan;
  folders: RadioStage["folders"];
}): Promise<Day> {
  const person = async (name: Name): Promise<Person> => {
    const at = ["--data-dir", folders[name]];
    const contactsFile = join(folder, `${name}.contacts.jsonl`);
    await tocsinRecorder(["export", ...at, "--out", contactsFile]);
    const onAir = air.journal.entries("advertisement").filter(({ station }) => station === name);
    return {
      name,
      contactsFile,
      contacts: parseContactRecords(readFileSync(contactsFile, "utf8")).records,
      sent: [...new Set(onAir.map(({ serviceData }) => serviceData?.[tocsinService]?.slice(0, 32) ?? ""))],
      async keysOf({ from, to }) {
        const file = join(folder, `${name}.keys.jsonl`);
        await tocsinRecorder([
          "keys",
          ...at,
          "--from",
          String(from),
          "--to",
          String(to),
          "--yes",
          "--out",
          file,
        ]);
        return file;
      },
    };
  };
  const [alex, vitalik, sourabh] = await Promise.all([person("alex"), person("vitalik"), person("sourabh")]);
  const others = await makeOthers(folder, Math.floor(Date.now() / 1_000));
  return { alex, vitalik, sourabh, others, meeting, radio: RADIO };
}

function isIn({ from, to }: TimeSpan, time: number): boolean {
  return from <= time && time < to;
}
