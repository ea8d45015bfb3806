import type { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasWork, WORK_HEADER } from "@tocsin/protocol/pow/work.ts";
import { IntakeRefusal } from "../intake/refusal.ts";
import { TokenBuckets } from "../intake/tokenBucket.ts";
import { senderOf } from "./senders.ts";

const FORGET_EVERY_MS = 1_000;

interface AdmissionOptions {
  /** Uploads of one sender a minute, and at once after a pause. */
  reportsPerMinute: number;
  /** Zero bits of proof of work that every upload must show, 0 for none. */
  workBits: number;
}

/** What every upload passes before anybody looks into it, on whichever path: work, then rate. */
export class Admission {
  readonly #buckets: TokenBuckets;
  readonly #workBits: number;
  /** The hash of a connection's own address, while the connection is open. */
  readonly #peers = new WeakMap<Socket, number>();

  /** @param server senders are forgotten as long as it runs */
  constructor(server: FastifyInstance, { reportsPerMinute, workBits }: AdmissionOptions) {
    this.#buckets = new TokenBuckets(reportsPerMinute);
    this.#workBits = workBits;
    const timer = setInterval(() => this.#buckets.forget(now()), FORGET_EVERY_MS).unref();
    server.addHook("onClose", () => {
      clearInterval(timer);
    });
  }

  /**
   * A route's preHandler: the body must have been read as a buffer or as text, not parsed further. Work comes first: a
   * sender who did not know yet that it is asked for loses no token over it.
   * @throws IntakeRefusal WORK_REQUIRED, RATE_LIMITED
   */
  readonly check = (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    if (this.#workBits > 0) this.#checkWork(request);
    this.#checkRate(request);
    done();
  };

  #checkRate(request: FastifyRequest): void {
    const wait = this.#buckets.take(this.#senderOf(request), now());
    if (wait === 0) return;
    const retryAfter = Math.ceil(wait);
    const message = `too many uploads from here: try again in ${retryAfter} s`;
    throw new IntakeRefusal("RATE_LIMITED", message, { retryAfter });
  }

  #checkWork({ body, headers }: FastifyRequest): void {
    const bytes = Buffer.from((body ?? "") as string | Buffer);
    if (hasWork(bytes, headers[WORK_HEADER], this.#workBits)) return;
    const message = `an upload must show ${this.#workBits} bits of work`;
    throw new IntakeRefusal("WORK_REQUIRED", message, { workBits: this.#workBits });
  }

  #senderOf({ ip, socket }: FastifyRequest): number {
    const peer = socket.remoteAddress;
    if (ip !== peer) return senderOf(ip, peer);
    const sender = this.#peers.get(socket) ?? senderOf(ip, peer);
    this.#peers.set(socket, sender);
    return sender;
  }
}

/** Seconds of a clock that never jumps. */
function now(): number {
  return performance.now() / 1_000;
}
