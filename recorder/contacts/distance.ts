/** How a number reached this machine. */
export type Way = "advertisement" | "connection";

/** dBm: what comes in above is no strength, and neither is what no radio could hear. */
const STRONGEST = 20;
const WEAKEST = -127;

/** Transmit power that is assumed where the sender does not name it, dBm: whoever needs a connection is an iPhone. */
const USUAL_POWER: Record<Way, number> = { advertisement: 12, connection: 11 };

/**
 * How much weaker a number came in than at one metre, in dB, by CoEpi's table of strengths at one metre.
 * @param rssi dBm
 * @param txPower dBm, where the sender named it
 * @returns undefined where rssi is missing or no strength
 */
export function lossOf(way: Way, rssi: number | undefined, txPower?: number): number | undefined {
  if (rssi === undefined || !(rssi < STRONGEST && rssi >= WEAKEST)) return undefined;
  return strengthAtOneMetre(txPower ?? USUAL_POWER[way]) - rssi;
}

/** Metres, rounded to centimetres, for the mean loss of a sample. */
export function distanceOf(loss: number): number {
  return Math.round(100 * 10 ** (loss / 20)) / 100;
}

function strengthAtOneMetre(txPower: number): number {
  const power = txPower < 0 ? 20 + txPower : txPower;
  if (power >= 12 && power <= 20) return -67;
  return power >= 9 && power < 12 ? -71 : -86;
}
