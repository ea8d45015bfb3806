import { expect, it } from "vitest";
import { openBluezBench, until, type BluezBench } from "../../test/support/radio/bluezBench.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../systemClock.ts";
import { SERVICE_UUID } from "./names.ts";

/** With fractions of milliseconds: what is sent one after the other is told apart, however fast the bus is. */
const clock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

const number = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);
const forLong = { seconds: 900, isConnectable: false };

/** What of this machine was on air: numbers, and the addresses that it asked others from. */
function sent({ air, adapter }: BluezBench) {
  const entries = air.journal.entries().filter(({ station }) => station === adapter.station.name);
  return {
    numbers: entries.filter(({ kind }) => kind === "advertisement"),
    questions: entries.filter(({ kind }) => kind === "scan request"),
  };
}

it.each([true, false])(
  "an address that this machine asks others from is never seen with two numbers (extended: %s)",
  async (extended) => {
    const bench = await openBluezBench({ clock, extended, interval: 5 });
    const { radio, air } = bench;
    air
      .join("phone", { x: 1, y: 0 })
      .advertise(
        { isConnectable: true, serviceUuids: [SERVICE_UUID], serviceData: {}, others: {} },
        air.address("resolvable"),
      );
    /** Waits until a number was sent, and others were asked. */
    const beOnAir = async (byte: number): Promise<void> => {
      const hex = Buffer.from(number(byte)).toString("hex");
      const asked = sent(bench).questions.reduce((sum, { count }) => sum + count, 0);
      await until(() => {
        const { numbers, questions } = sent(bench);
        expect(numbers.some(({ serviceData }) => serviceData?.[SERVICE_UUID] === hex)).toBe(true);
        expect(questions.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(asked);
      });
    };
    for (const byte of [1, 2, 3, 4, 5, 6]) {
      // Some numbers change while it listens, and some while it pauses.
      if (byte % 3 === 0) await radio.stopListening();
      await radio.advertise(number(byte), forLong);
      await radio.listen();
      await beOnAir(byte);
      await radio.stopListening();
      await radio.listen();
      await beOnAir(byte);
    }
    const { numbers, questions } = sent(bench);
    expect(numbers).toHaveLength(6);
    expect(questions.length).toBeGreaterThanOrEqual(6);
    for (const question of questions) {
      const meanwhile = numbers.filter(({ first, last }) => first <= question.last && last >= question.first);
      const sameAddress = numbers.filter(({ address }) => address === question.address);
      // None where it was asked between two numbers alone.
      expect(new Set([...meanwhile, ...sameAddress]).size).toBeLessThanOrEqual(1);
      // Only on a legacy controller it may be the number's own.
      if (extended) expect(sameAddress).toEqual([]);
    }
  },
);
