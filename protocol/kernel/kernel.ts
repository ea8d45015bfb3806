import { fromBase64 } from "../bytes/base64.ts";
import { TocsinError } from "../errors.ts";
import { jsKernel } from "./jsKernel.ts";
import { LANES, MAX_STEPS } from "./lanes.ts";
import { simdKernel } from "./simdKernel.ts";
import { KERNEL_WASM } from "./wasm.ts";

/** SHA-256 for many: ratchets (TCN 0.4.1), leaves and nodes of Merkle trees. It has memory of its own, and one user. */
export interface Kernel {
  readonly name: "simd" | "js";
  /**
   * Puts a ratchet into a lane, and leaves the others as they are.
   * @param lane 0 to LANES − 1
   * @param rvk 32 bytes
   * @param tckBeforeJ1 tck_{j1−1}, 32 bytes, as a report carries it
   * @param j1 the index of the lane's next TCN, 1 to 65535
   * @throws ARGUMENT_INVALID
   */
  load(lane: number, rvk: Uint8Array, tckBeforeJ1: Uint8Array, j1: number): void;
  /**
   * Moves all lanes on. What a lane gives that was never loaded, or that passed index 65535, means nothing.
   * @param steps 1 to MAX_STEPS
   * @returns the TCN of step s in lane l in the four words at (s * LANES + l) * 4, each word the little-endian reading
   *   of four of its bytes; valid until the next call
   * @throws ARGUMENT_INVALID
   */
  expand(steps: number): Uint32Array;
  /**
   * SHA-256 of (prefix byte ‖ message) of each message, 32 bytes each, joined in the order of the messages.
   * @throws ARGUMENT_INVALID for a prefix that is no byte
   */
  hashAll(prefix: number, messages: readonly Uint8Array[]): Uint8Array;
  /**
   * The level above in a Merkle tree: SHA-256(01 ‖ left ‖ right) of each pair of the joined 32-byte nodes; a last one
   * without a partner moves up unchanged. (RFC 6962, section 2.1)
   * @throws ARGUMENT_INVALID for bytes that are no whole nodes
   */
  parents(nodes: Uint8Array): Uint8Array;
}

/**
 * The compiled SIMD module, which can be posted to workers. Undefined where WebAssembly or SIMD is missing, or where a
 * page's content security policy or size limit forbids compiling it.
 */
export function compileKernel(): WebAssembly.Module | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const bytes = new Uint8Array(fromBase64(KERNEL_WASM, "the kernel"));
  if (!WebAssembly.validate(bytes)) return undefined;
  try {
    return new WebAssembly.Module(bytes);
  } catch {
    return undefined;
  }
}

/** A kernel with memory of its own: SIMD with the module, plain JavaScript without. */
export function createKernel(module: WebAssembly.Module | undefined): Kernel {
  const kernel = module ? simdKernel(module) : jsKernel();
  return {
    name: kernel.name,
    load(lane, rvk, tckBeforeJ1, j1) {
      demandWhole("lane", lane, 0, LANES - 1);
      demandLength("rvk", rvk, 32);
      demandLength("tckBeforeJ1", tckBeforeJ1, 32);
      demandWhole("j1", j1, 1, 65_535);
      kernel.load(lane, rvk, tckBeforeJ1, j1);
    },
    expand(steps) {
      demandWhole("steps", steps, 1, MAX_STEPS);
      return kernel.expand(steps);
    },
    hashAll(prefix, messages) {
      demandWhole("prefix", prefix, 0, 255);
      return kernel.hashAll(prefix, messages);
    },
    parents(nodes) {
      if (nodes.length % 32 !== 0)
        throw new TocsinError("ARGUMENT_INVALID", `nodes are 32 bytes each, not ${nodes.length} in all`);
      return kernel.parents(nodes);
    },
  };
}

function demandWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TocsinError("ARGUMENT_INVALID", `${name} must be from ${least} to ${most}, not ${value}`);
}

function demandLength(name: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new TocsinError("ARGUMENT_INVALID", `${name} must be ${length} bytes, not ${bytes.length}`);
}
