import { getBytes, hexlify, Interface } from "ethers";
import { artifacts } from "hardhat";
import { describe, expect, test } from "vitest";
import { registryAbi } from "@tocsin/protocol/log/abi.ts";
import { decodeLogEvent } from "@tocsin/protocol/log/events.ts";
import { proveBatch } from "@tocsin/protocol/log/proof.ts";
import { appendBatch, batchLeaf, EMPTY_LOG, headOf } from "@tocsin/protocol/log/state.ts";
import { append, deployLog, randomBatch } from "./support/registry.ts";

describe("protocol/log and the contract agree", () => {
  test("on every head, event and batch proof of a random history", async () => {
    const { registry, operator } = await deployLog(0);
    let state = EMPTY_LOG;
    const batches = [];
    for (let seq = 0; seq < 45; seq++) {
      const hex = randomBatch();
      const peaks = state.peaks.map((peak) => hexlify(peak));
      const shown = {
        operator: operator.address,
        size: BigInt(state.size),
        total: BigInt(state.total),
        peaks,
      };
      const receipt = await (await append(registry, 1n, shown, hex)).wait();

      const batch = {
        root: getBytes(hex.root),
        cidDigest: getBytes(hex.cidDigest),
        count: Number(hex.count),
      };
      batches.push({ seq, firstIndex: state.total, ...batch });
      state = appendBatch(state, batch);
      expect(await registry.headOf!(1n)).toBe(hexlify(headOf(getBytes(operator.address), state)));

      const { blockHash, transactionHash, topics, data } = receipt!.logs[0]!;
      const raw = { blockHash, transactionHash, topics, data, blockNumber: "0x1", logIndex: "0x0" };
      expect(decodeLogEvent(raw, 1)).toMatchObject({ name: "BatchAppended", batch: batches[seq] });
    }

    const leaves = batches.map((batch) => batchLeaf(batch));
    for (const batch of batches) {
      const path = proveBatch(leaves, batch.seq);
      expect(await registry.verifyBatch!(1n, { operator, ...state }, batch, batch.seq, path)).toBe(true);
    }
  });

  test("on the part of the ABI that protocol names", async () => {
    const { abi } = await artifacts.readArtifact("ReportRegistry");
    const compiled = new Interface(abi).fragments.map((fragment) => fragment.format("full"));
    for (const fragment of new Interface(registryAbi).fragments) {
      expect(compiled).toContain(fragment.format("full"));
    }
  });
});
