import { expect, test } from "vitest";
import { benchGas } from "./gas.ts";
import { toRows } from "./support/report.ts";

test("a batch costs three quarters of EAS.timestamp on average, and never much more", async () => {
  const rows = new Map(toRows("gas", await benchGas()).map((row) => [row.name, row]));
  expect(rows.get("append")!.value).toBeLessThanOrEqual(34_400);
  expect(rows.get("append")!.ratio).toBeLessThanOrEqual(0.75);
  expect(rows.get("append")!.value).toBeGreaterThan(rows.get("floor")!.value);
  expect(rows.get("append-max")!.value).toBeLessThanOrEqual(38_500);
  expect([...rows.keys()]).toEqual(
    expect.arrayContaining([
      "eas-attest",
      "slot-per-batch",
      "append-per-report-7000",
      "submit-direct",
      "verify-entry-10",
      "verify-entry-13",
      "demand",
      "answer",
    ]),
  );
});
