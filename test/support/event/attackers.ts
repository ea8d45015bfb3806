import { toHex } from "@tocsin/protocol/bytes/hex.ts";
import type { Position } from "../radio/propagation.ts";
import type { Reception, SimulatedAir, Transmission } from "../radio/simulatedAir.ts";
import type { Station } from "../radio/station.ts";
import { tocsinService } from "../radio/tocsinService.ts";

/** How every made-up number begins, as hex, so that a test knows it again. */
export const floodPrefix = "f100d000";

const advertisement = (serviceData: Uint8Array) => ({
  isConnectable: false,
  serviceUuids: [tocsinService],
  serviceData: { [tocsinService]: serviceData },
  others: {},
});

/** Sends a made-up number every so many ms, each once and from an address of its own, for so long. */
export async function flood(
  air: SimulatedAir,
  place: Position,
  { every, lasts }: { every: number; lasts: number },
): Promise<void> {
  // Not journalled: what a test must know of it is in the prefix.
  const station = air.join("flooder", place, { isJournalled: false });
  const numbers = lasts / every;
  for (let i = 0; i < numbers; i++) {
    const tcn = new Uint8Array(16);
    new DataView(tcn.buffer).setUint32(0, Number.parseInt(floodPrefix, 16));
    new DataView(tcn.buffer).setUint32(12, i);
    const transmission = station.advertise(advertisement(tcn), air.address("nonresolvable"), 2 * every);
    await air.clock.sleep(every, air.closing);
    transmission.stop();
  }
  station.silence();
}

/** Takes down all numbers that it hears at one place for a while, and sends them all at another one later. */
export async function replay(
  air: SimulatedAir,
  here: Position,
  there: Position,
  { listensFor, sendsAfter, sendsFor }: { listensFor: number; sendsAfter: number; sendsFor: number },
): Promise<{ station: Station; numbers: number }> {
  const station = air.join("replayer", here);
  const heard = new Map<string, Uint8Array>();
  station.listen(air.address("nonresolvable"), ({ advertised }: Reception) => {
    const data = advertised.serviceData[tocsinService];
    if (data !== undefined) heard.set(toHex(data.subarray(0, 16)), data.slice());
  });
  await air.clock.sleep(listensFor);
  station.stopListening();
  await air.clock.sleep(sendsAfter);
  station.place = there;
  const sending: Transmission[] = [...heard.values()].map((data) =>
    station.advertise(advertisement(data), air.address("nonresolvable")),
  );
  await air.clock.sleep(sendsFor);
  for (const transmission of sending) transmission.stop();
  return { station, numbers: heard.size };
}
