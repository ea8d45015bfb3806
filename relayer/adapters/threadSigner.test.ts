import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { getBytes, SigningKey } from "ethers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { receiptDigest, receiptSigner, type Receipt } from "@tocsin/protocol/receipt/receipt.ts";
import { killThread } from "../../test/support/killThread.ts";
import { SignerError, type Promised } from "../ports/receiptSigner.ts";
import { plainSignature, receiptSignature } from "./receiptSignature.ts";
import { ThreadSigner } from "./threadSigner.ts";

const log = { chainId: 31_337, registry: new Uint8Array(20).fill(3), logId: 4 };
const key = new Uint8Array(32).fill(7);

/** Promises for random leaves, with deadlines that do not fit into 32 bits. */
function promisesOf(count: number): Promised[] {
  return Array.from({ length: count }, (_, index) => ({
    leaf: new Uint8Array(randomBytes(32)),
    deadline: 2 ** 33 + index,
  }));
}

function signedByEthers(receipt: Receipt, privateKey: Uint8Array): Uint8Array {
  return getBytes(new SigningKey(privateKey).sign(receiptDigest(receipt)).serialized);
}

it("signs every receipt alike with any key, natively, in JavaScript and as ethers does", () => {
  for (const promised of promisesOf(50)) {
    const [receipt, anyKey] = [{ ...log, ...promised }, new Uint8Array(randomBytes(32))];
    const signature = receiptSignature(anyKey)(receipt);
    expect(signature).toEqual(signedByEthers(receipt, anyKey));
    expect(signature).toEqual(receiptSignature(anyKey)(receipt));
    expect(signature).toEqual(plainSignature(anyKey)(receipt));
  }
});

describe("a thread that signs", () => {
  let signer: ThreadSigner;
  const sent = vi.spyOn(Worker.prototype, "postMessage");
  const crashed = vi.fn<(cause: unknown) => void>();
  beforeEach(() => {
    sent.mockClear();
    crashed.mockClear();
    signer = new ThreadSigner(log, key, crashed);
  });
  afterEach(() => signer.close());

  it("makes of each promise the operator's receipt", async () => {
    const promises = promisesOf(100);
    const receipts = await Promise.all(promises.map((promised) => signer.sign(promised)));
    expect(receipts).toEqual(
      promises.map((promised) => {
        const receipt = { ...log, ...promised };
        return { ...receipt, signature: signedByEthers(receipt, key) };
      }),
    );
  });

  it("signs decoys among them with one key that is not the operator's", async () => {
    const asked = promisesOf(40).map((promised, index) =>
      index % 2 === 0 ? signer.sign(promised) : signer.signDecoy(promised),
    );
    const signers = (await Promise.all(asked)).map((receipt) => String(receiptSigner(receipt)));
    const [operator, decoy] = signers;
    expect(decoy).not.toBe(operator);
    expect(signers).toEqual(signers.map((_, index) => (index % 2 === 0 ? operator : decoy)));
    expect(sent).toHaveBeenCalledTimes(1);
  });

  it("answers groups that are sent one after the other each with its own", async () => {
    const promises = promisesOf(6);
    const asked: Promise<Receipt>[] = [];
    for (const promised of promises) {
      asked.push(signer.sign(promised));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sent.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(await Promise.all(asked)).toMatchObject(promises);
  });

  it("that is killed fails what it had to sign, and signs what comes next", async () => {
    const [promised] = promisesOf(1) as [Promised];
    const before = await signer.sign(promised);
    sent.mockImplementationOnce(killThread);
    const lost = await Promise.allSettled(promisesOf(2_000).map((each) => signer.sign(each)));
    for (const outcome of lost) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "SIGNER_UNAVAILABLE" } });
    }
    expect(crashed).toHaveBeenCalledTimes(1);
    expect(await signer.sign(promised)).toEqual(before);
  });

  it("that throws tells so every time", async () => {
    const broken = new ThreadSigner(log, new Uint8Array(32), crashed);
    for (const promised of promisesOf(2)) {
      const error = await broken.sign(promised).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(SignerError);
      expect((error as SignerError).cause).toBeInstanceOf(Error);
    }
    await broken.close();
  });

  it("signs nothing any more once it is closed", async () => {
    const [promised] = promisesOf(1) as [Promised];
    const last = Promise.allSettled([signer.sign(promised)]);
    await signer.close();
    expect(await last).toMatchObject([{ status: "rejected", reason: { code: "SIGNER_UNAVAILABLE" } }]);
    await expect(signer.sign(promised)).rejects.toThrow(SignerError);
    expect(crashed).not.toHaveBeenCalled();
  });

  it("does not keep its process alive", async () => {
    const script = `
      const { ThreadSigner } = await import(${JSON.stringify(new URL("./threadSigner.ts", import.meta.url))});
      const log = { chainId: 1, registry: new Uint8Array(20), logId: 1 };
      const signer = new ThreadSigner(log, new Uint8Array(32).fill(1), () => undefined);
      const held = setInterval(() => undefined, 1_000);
      const receipt = await signer.sign({ leaf: new Uint8Array(32), deadline: 1 });
      clearInterval(held);
      console.log(receipt.signature.length);`;
    const run = promisify(execFile)(process.execPath, ["--eval", script]);
    expect((await run).stdout).toBe("65\n");
  });
});
