import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { airTime } from "@tocsin/protocol/report/broadcastKeys.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KeyFile } from "./keyFile.ts";

const KILLS = 60;
/** Milliseconds that a process lives at most once it runs. */
const LONGEST_LIFE = 120;

/** Takes number after number, as fast as it can, and says each one only when it may go on air. */
const PROGRAM = `
  import { writeSync } from "node:fs";
  import { Keyring } from ${JSON.stringify(new URL("./keyring.ts", import.meta.url).href)};
  let now = Number(process.argv[2]);
  const keyring = await Keyring.open(process.argv[1]);
  for (;;) {
    const { tcn, from, to } = keyring.onAir(now);
    writeSync(1, [Buffer.from(tcn).toString("hex"), from, to, now].join(" ") + "\\n");
    now += Math.floor(Math.random() * 1_000) + (Math.random() < 0.02 ? 5_000 : 0);
  }
`;

interface OnAir {
  tcn: string;
  from: number;
  to: number;
  now: number;
}

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tocsin-crash-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What a process put on air before it was killed. */
async function liveAndDie(path: string, now: number): Promise<OnAir[]> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, path, String(now)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await once(child.stdout, "data");
  await wait(Math.random() * LONGEST_LIFE);
  child.kill("SIGKILL");
  await once(child, "close");
  // What follows the last end of a line was cut off.
  return said
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [tcn, from, to, time] = line.split(" ");
      return { tcn: tcn!, from: Number(from), to: Number(to), now: Number(time) };
    });
}

it(`keeps the key of every number that was on air, and gives none another slot, over ${KILLS} SIGKILLs`, async () => {
  const path = join(folder, "keys.json");
  const onAir: OnAir[] = [];
  let now = 1_700_000_000;
  for (let i = 0; i < KILLS; i++) {
    const said = await liveAndDie(path, now);
    onAir.push(...said);
    // The next one begins in the same slot, in the next, after a gap, or before.
    now = said.at(-1)!.now + Math.floor(Math.random() * 3_000) - 600;
  }
  const kept = new Map(
    (await KeyFile.open(path)).keys.flatMap((key) =>
      Array.from({ length: key.lastIndex }, (_, i) => {
        const index = i + 1;
        return [toHex(tcnOf(tckAt(key.rak, index))), airTime(key, index)] as const;
      }),
    ),
  );
  expect(onAir.length).toBeGreaterThan(KILLS);
  for (const { tcn, from, to, now: at } of onAir) {
    expect(kept.get(tcn), "its key and its slot").toEqual({ from, to });
    expect(from <= at && at < to, "it is on air in its slot only").toBe(true);
  }
});
