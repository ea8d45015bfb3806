import { describe, expect, test } from "vitest";
import { appendTo, deployLog, randomBatch } from "./support/registry.ts";

describe("gas", () => {
  test("the first 300 appends of a log cost 34,400 each or less on average", async () => {
    const { registry, log } = await deployLog(0);

    let gas = 0n;
    for (let seq = 0; seq < 300; seq++) {
      const response = await appendTo(registry, 1n, log, randomBatch());
      gas += (await response.wait())!.gasUsed;
    }
    console.info(`average of the first 300 appends: ${gas / 300n} gas`);
    expect(gas / 300n).toBeLessThanOrEqual(34_400n);
  });
});
