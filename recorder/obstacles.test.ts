import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import { tckAt } from "@tocsin/protocol/tcn/rak.ts";
import { tcnOf } from "@tocsin/protocol/tcn/ratchet.ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { World, type Member } from "../test/support/recorders.ts";
import { RecorderError, type RecorderCode } from "./errors.ts";
import type { Radio } from "./ports/radio.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let world: World;

beforeEach(() => {
  world = new World();
});

afterEach(() => world.close());

/** A radio that fails where it is asked to, or answers never. */
class FailingRadio implements Radio {
  readonly #radio: Radio;
  readonly calls: (keyof Radio)[] = [];
  readonly failing = new Map<keyof Radio, unknown>();

  constructor(radio: Radio) {
    this.#radio = radio;
  }

  open: Radio["open"] = (events) => this.#call("open", () => this.#radio.open(events));
  facts: Radio["facts"] = () => this.#radio.facts();
  advertise: Radio["advertise"] = (data, options) =>
    this.#call("advertise", () => this.#radio.advertise(data, options));
  withdraw: Radio["withdraw"] = () => this.#call("withdraw", () => this.#radio.withdraw());
  listen: Radio["listen"] = () => this.#call("listen", () => this.#radio.listen());
  stopListening: Radio["stopListening"] = () =>
    this.#call("stopListening", () => this.#radio.stopListening());
  serve: Radio["serve"] = () => this.#call("serve", () => this.#radio.serve());
  readNumber: Radio["readNumber"] = (peer) => this.#call("readNumber", () => this.#radio.readNumber(peer));
  close: Radio["close"] = () => this.#call("close", () => this.#radio.close());

  async #call<T>(name: keyof Radio, action: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    if (this.failing.has(name)) throw this.failing.get(name);
    return action();
  }
}

async function addFailing(
  failing: [keyof Radio, unknown][] = [],
): Promise<{ a: Member; radio: FailingRadio }> {
  let radio: FailingRadio | undefined;
  const wrap = (inner: Radio): Radio => {
    radio = new FailingRadio(inner);
    for (const [name, error] of failing) radio.failing.set(name, error);
    return radio;
  };
  const a = await world.add("a", { wrap });
  return { a, radio: radio! };
}

function expectWaiting(member: Member, code: RecorderCode): void {
  const { state, problem, changesAt } = member.recorder.status();
  expect({ state, code: problem?.code, changesAt }).toEqual({ state: "waiting", code, changesAt: undefined });
  expect(problem!.message.length).toBeGreaterThan(10);
}

describe("nothing is on air, and the recorder goes on by itself afterwards,", () => {
  it.each<[string, RecorderCode, (member: Member, isOn: boolean) => void]>([
    ["while the adapter is off", "ADAPTER_OFF", ({ adapter }, isOn) => adapter.setPowered(!isOn)],
    ["while the adapter is away", "ADAPTER_MISSING", ({ adapter }, isOn) => adapter.setPresent(!isOn)],
    [
      "while the adapter can be discovered",
      "ADAPTER_ADDRESS_EXPOSED",
      ({ adapter }, isOn) => adapter.setDiscoverable(isOn),
    ],
  ])("%s", async (_, code, set) => {
    const a = await world.add("a");
    const b = await world.add("b");
    await world.clock.advance(MINUTE);
    const before = a.onAir!;
    set(a, true);
    await world.clock.advance(100);
    expectWaiting(a, code);
    const sent = a.sent.map(({ last }) => last);
    await world.clock.advance(5 * MINUTE);
    expect(a.sent.map(({ last }) => last)).toEqual(sent);
    set(a, false);
    await world.clock.advance(2_000);
    expect(a.recorder.status()).toMatchObject({ state: "recording", since: world.seconds - 2 });
    // What was on air when the adapter could be found was tied to it by then.
    if (code === "ADAPTER_ADDRESS_EXPOSED") expect(a.onAir).not.toBe(before);
    else {
      expect(a.onAir, "the slot goes on").toBe(before);
      expect(a.sent[0]!.addresses.size).toBeGreaterThan(1);
    }
    set(a, true);
    await world.clock.advance(40 * MINUTE);
    expectWaiting(a, code);
    const [silent, kept] = [a.sent.length, a.recorder.broadcasts()];
    set(a, false);
    await world.clock.advance(2 * MINUTE);
    expect(a.sent.length).toBe(silent + 1);
    expect(a.recorder.broadcasts(), "what was never on air has no key").toEqual([
      ...kept,
      expect.objectContaining({ firstIndex: 1, lastIndex: 1 }),
    ]);
    expect(b.contacts().length).toBe(code === "ADAPTER_ADDRESS_EXPOSED" ? 3 : 2);
    expect(a.notes.join("\n")).toContain("waiting: ");
  });

  it("when the radio finds the address exposed only as a number changes", async () => {
    const { a, radio } = await addFailing();
    await world.clock.advance(10 * MINUTE);
    const before = a.onAir!;
    radio.failing.set(
      "advertise",
      new RecorderError("ADAPTER_ADDRESS_EXPOSED", "its own address would show"),
    );
    await world.clock.advance(6 * MINUTE);
    expectWaiting(a, "ADAPTER_ADDRESS_EXPOSED");
    radio.failing.clear();
    await world.clock.advance(2 * MINUTE);
    expect(a.onAir).toBeDefined();
    const [first, ...others] = await a.storedKeys();
    expect(toHex(tcnOf(tckAt(first!.rak, 1))), "what was on air then").toBe(before);
    expect(first!.retiredAt, "ends with its key").toBeDefined();
    expect(others).toHaveLength(1);
  });

  it.each<[RecorderCode, object]>([
    ["ADAPTER_ADDRESS_SHARED", { privacy: true, extended: false }],
    ["ADAPTER_INCAPABLE", { canAdvertise: false }],
  ])("with an adapter that must not or cannot send, %s, though it still hears", async (code, options) => {
    const a = await world.add("a", options);
    await world.add("b");
    await world.clock.advance(20 * MINUTE);
    expectWaiting(a, code);
    expect(a.sent).toEqual([]);
    expect(a.recorder.broadcasts()).toEqual([]);
    expect(a.contacts().length).toBeGreaterThan(0);
  });

  it("while the keys cannot be written", async () => {
    const a = await world.add("a");
    await world.clock.advance(10 * MINUTE);
    const broken = join(a.folder, "keys.json.new");
    mkdirSync(broken);
    await world.clock.advance(20 * MINUTE);
    expectWaiting(a, "KEYS_UNWRITABLE");
    expect(a.sent).toHaveLength(1);
    rmSync(broken, { recursive: true });
    await world.clock.advance(2 * MINUTE);
    expect(a.recorder.status().state).toBe("recording");
    expect(a.sent).toHaveLength(2);
  });
});

it("a number that must not go on leaves the air at once, even where no other can be begun", async () => {
  const a = await world.add("a");
  await world.clock.advance(5 * MINUTE);
  const broken = join(a.folder, "keys.json.new");
  mkdirSync(broken);
  world.clock.setWallTime(world.clock.now() - MINUTE);
  const wentBackAt = world.clock.monotonic();
  await world.clock.advance(5 * MINUTE);
  expectWaiting(a, "KEYS_UNWRITABLE");
  expect(a.sent).toHaveLength(1);
  expect(a.sent[0]!.last).toBeLessThan(wentBackAt + 1_100);
  rmSync(broken, { recursive: true });
  await world.clock.advance(2 * MINUTE);
  expect(a.sent).toHaveLength(2);
});

it("a number that went on air although power was lost on its way leaves it when the adapter can be discovered", async () => {
  const { a, radio } = await addFailing();
  await world.clock.advance(14 * MINUTE);
  const advertise = radio.advertise.bind(radio);
  radio.advertise = async (data, options) => {
    a.adapter.setPowered(false);
    a.adapter.setPowered(true);
    const isOnAir = await advertise(data, options);
    a.adapter.setDiscoverable(true);
    return isOnAir;
  };
  await world.clock.advance(2 * MINUTE);
  expectWaiting(a, "ADAPTER_ADDRESS_EXPOSED");
  expect(a.onAir).toBeUndefined();
});

describe("a radio that fails", () => {
  it.each<keyof Radio>(["advertise", "listen", "stopListening", "open"])(
    "at %s is asked less and less often, and goes on when it works again",
    async (name) => {
      const fault = new Error("not even one of ours");
      const { a, radio } = await addFailing(name === "open" ? [[name, fault]] : []);
      const b = await world.add("b");
      await world.clock.advance(MINUTE);
      radio.failing.set(name, fault);
      const failed = radio.calls.length;
      await world.clock.advance(2 * HOUR);
      expect(a.recorder.status()).toMatchObject({
        state: "waiting",
        problem: { code: "BLUETOOTH_UNAVAILABLE", message: expect.not.stringContaining("ours") as string },
      });
      const calls = radio.calls.slice(failed).filter((call) => call === name);
      expect(calls.length).toBeGreaterThan(60);
      expect(calls.length).toBeLessThan(140);
      expect(a.notes.length).toBeLessThan(5);
      radio.failing.clear();
      await world.clock.advance(2 * MINUTE);
      expect(a.recorder.status().state).toBe("recording");
      expect(a.onAir).toBeDefined();
      expect(b.recorder.status().heardRecently).toBe(1);
    },
  );

  it.each(["listen", "stopListening"] as const)(
    "and loses power for a moment within %s listens again at once",
    async (name) => {
      const { a, radio } = await addFailing();
      await world.clock.advance(15_000);
      const act = radio[name].bind(radio);
      let losses = 0;
      radio[name] = async () => {
        await act();
        if (losses++ > 0) return;
        a.adapter.setPowered(false);
        a.adapter.setPowered(true);
      };
      await world.clock.advance(name === "listen" ? 16_000 : 6_000);
      expect(losses).toBeGreaterThan(0);
      await world.clock.advance(2_000);
      expect(a.adapter.isScanning).toBe(true);
    },
  );

  it("and cannot even withdraw ends nobody, and a number stays no longer than its slot", async () => {
    const { a, radio } = await addFailing();
    await world.clock.advance(10 * MINUTE);
    const fault = new Error("nothing works");
    for (const name of ["advertise", "withdraw", "listen", "stopListening"] as const)
      radio.failing.set(name, fault);
    await world.clock.advance(HOUR);
    expect(a.sent).toHaveLength(1);
    expect(a.sent[0]!.last - a.sent[0]!.first).toBeLessThanOrEqual(900_000);
    radio.failing.set("close", fault);
    await a.stop();
  });

  it("and comes and goes all the time fills no log", async () => {
    const { a } = await addFailing();
    for (let i = 0; i < 500; i++) {
      a.adapter.setPowered(i % 2 === 0);
      await world.clock.advance(3_000);
    }
    expect(a.notes.length).toBeGreaterThan(1);
    expect(a.notes.length).toBeLessThan(10);
  });

  it("and never answers holds up no writing down, no hand-out and no end, and no number outlives its slot", async () => {
    const { a, radio } = await addFailing();
    await world.add("b");
    await world.clock.advance(10 * MINUTE + 5_000);
    radio.advertise = () => new Promise(() => undefined);
    const keys = a.recorder.handOut([{ from: 0, to: world.seconds }]);
    await world.clock.advance(11_000);
    expect(await keys).toHaveLength(1);
    await world.clock.advance(10 * MINUTE);
    expect(a.sent).toHaveLength(1);
    expect(a.sent[0]!.last - a.sent[0]!.first).toBeLessThanOrEqual(900_000);
    expectWaiting(a, "BLUETOOTH_UNAVAILABLE");
    expect(a.contacts(), "it listened when the radio fell silent").toHaveLength(2);
    const stopping = a.stop();
    await world.clock.advance(11_000);
    await stopping;
  });
});
