import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { measureGas, type GasTable } from "./support/gas.ts";

const file = join(import.meta.dirname, "gas.snapshot.json");
/** Signatures and addresses of deployed contracts have a zero byte more or less from run to run. */
const tolerance = 0.005;

describe("gas", () => {
  let measured: GasTable;

  beforeAll(async () => {
    measured = await measureGas();
    console.table(measured);
    if (process.env.UPDATE_GAS_SNAPSHOT === "1") {
      writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
    }
  });

  test("is what the snapshot says; UPDATE_GAS_SNAPSHOT=1 rewrites it", () => {
    const snapshot = JSON.parse(readFileSync(file, "utf8")) as GasTable;
    expect(Object.keys(measured)).toEqual(Object.keys(snapshot));
    const changed = Object.entries(measured).filter(([name, gas]) => {
      return Math.abs(gas - snapshot[name]!) > snapshot[name]! * tolerance;
    });
    expect(changed).toEqual([]);
  });

  test("of the first 300 appends of a log is 34,400 or less on average, and never above 38,500", () => {
    expect(measured["append, average of 300"]).toBeLessThanOrEqual(34_400);
    expect(measured["append, maximum of 300"]).toBeLessThanOrEqual(38_500);
  });
});
