import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { equalBytes, readUintBE, uintBE } from "../bytes/bytes.ts";
import { Fields } from "../bytes/fields.ts";
import { to0x } from "../bytes/hex.ts";
import { TocsinError } from "../errors.ts";

/** The relayer's promise to anchor an entry in a log by a deadline. */
export interface Receipt {
  chainId: number;
  /** 20 bytes. */
  registry: Uint8Array;
  logId: number;
  /** Leaf hash of the entry, 32 bytes. */
  leaf: Uint8Array;
  /** Unix seconds. */
  deadline: number;
}

/** A receipt with its signature, r ‖ s ‖ v, 65 bytes. */
export interface SignedReceipt extends Receipt {
  signature: Uint8Array;
}

const keccakText = (text: string): Uint8Array => keccak_256(utf8ToBytes(text));
const DOMAIN_TYPE = keccakText(
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
);
const RECEIPT_TYPE = keccakText("Receipt(uint256 logId,bytes32 leaf,uint64 deadline)");
const NAME = keccakText("Tocsin");
const VERSION = keccakText("1");
/** Half of secp256k1's order: of the two values of s that verify, contracts accept only the one up to here. */
const MAX_S = secp256k1.Point.Fn.ORDER >> 1n;

/** The EIP-712 digest that the relayer signs: domain (Tocsin, 1, chain id, registry). (design, "Receipt") */
export function receiptDigest(receipt: Receipt): Uint8Array {
  const struct = new Uint8Array(128);
  struct.set(RECEIPT_TYPE);
  writeUint(struct, 32, receipt.logId);
  struct.set(receipt.leaf, 64);
  writeUint(struct, 96, receipt.deadline);
  const message = new Uint8Array(66);
  message.set([0x19, 0x01]);
  message.set(domainOf(receipt), 2);
  message.set(keccak_256(struct), 34);
  return keccak_256(message);
}

let lastDomain: { chainId: number; registry: Uint8Array; separator: Uint8Array } | undefined;

/** The domain's separator. A relayer signs in one domain only, thousands of times a second: the last one is kept. */
function domainOf({ chainId, registry }: Receipt): Uint8Array {
  if (lastDomain?.chainId === chainId && equalBytes(lastDomain.registry, registry))
    return lastDomain.separator;
  const fields = [DOMAIN_TYPE, NAME, VERSION, uintBE(chainId, 32), new Uint8Array(12), registry];
  const separator = keccak_256(concatBytes(...fields));
  lastDomain = { chainId, registry: registry.slice(), separator };
  return separator;
}

/** Writes a uint256 that is a safe integer. */
function writeUint(bytes: Uint8Array, offset: number, value: number): void {
  const view = new DataView(bytes.buffer);
  view.setUint32(offset + 24, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 28, value % 2 ** 32);
}

/** @param privateKey 32 bytes, secp256k1 */
export function signReceipt(receipt: Receipt, privateKey: Uint8Array): SignedReceipt {
  const recovered = secp256k1.sign(receiptDigest(receipt), privateKey, {
    prehash: false,
    format: "recovered",
  });
  const [recovery, ...rs] = recovered;
  return { ...receipt, signature: new Uint8Array([...rs, 27 + (recovery as number)]) };
}

/** The address (20 bytes) whose key signed a receipt. @throws RECEIPT_INVALID for a malformed signature */
export function receiptSigner(receipt: SignedReceipt): Uint8Array {
  const v = receipt.signature[64];
  if (receipt.signature.length !== 65 || (v !== 27 && v !== 28)) {
    throw new TocsinError("RECEIPT_INVALID", "a receipt's signature is r, s and v, 65 bytes");
  }
  if (readUintBE(receipt.signature.subarray(32, 64)) > MAX_S) {
    throw new TocsinError(
      "RECEIPT_INVALID",
      "s of the receipt's signature is too large: no contract takes it",
    );
  }
  try {
    const recovered = new Uint8Array([v - 27, ...receipt.signature.subarray(0, 64)]);
    const compressed = secp256k1.recoverPublicKey(recovered, receiptDigest(receipt), { prehash: false });
    return addressOf(secp256k1.Point.fromBytes(compressed).toBytes(false));
  } catch (error) {
    throw new TocsinError("RECEIPT_INVALID", "the receipt's signature recovers to no key", { cause: error });
  }
}

/** @param operator 20 bytes @throws RECEIPT_INVALID when another key signed */
export function verifyReceipt(receipt: SignedReceipt, operator: Uint8Array): void {
  if (!equalBytes(receiptSigner(receipt), operator)) {
    throw new TocsinError("RECEIPT_INVALID", "the receipt is not signed by the log's operator");
  }
}

/** Bytes are hex with 0x. */
export interface ReceiptJson {
  chainId: number;
  registry: string;
  logId: number;
  leaf: string;
  deadline: number;
  signature: string;
}

/** A receipt as the relayer's HTTP answers carry it. */
export function receiptToJson(receipt: SignedReceipt): ReceiptJson {
  return {
    chainId: receipt.chainId,
    registry: to0x(receipt.registry),
    logId: receipt.logId,
    leaf: to0x(receipt.leaf),
    deadline: receipt.deadline,
    signature: to0x(receipt.signature),
  };
}

/** @throws RECEIPT_INVALID */
export function readReceipt(json: unknown): SignedReceipt {
  const fields = new Fields(json, "RECEIPT_INVALID", "receipt");
  return {
    chainId: fields.uint("chainId", 1),
    registry: fields.hex("registry", 20),
    logId: fields.uint("logId", 1),
    leaf: fields.hex("leaf", 32),
    deadline: fields.uint("deadline"),
    signature: fields.hex("signature", 65),
  };
}

/** The Ethereum address of an uncompressed public key (65 bytes): the last 20 bytes of its keccak256. */
function addressOf(publicKey: Uint8Array): Uint8Array {
  return keccak_256(publicKey.subarray(1)).slice(12);
}
