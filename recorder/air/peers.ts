/** Milliseconds for which a peer counts as the number that was read from it; it is not read again before. */
const READ_LASTS = 300_000;
/** Milliseconds after which a peer that could not be read is tried again: at first, and at most. */
const FIRST_RETRY = 30_000;
const LAST_RETRY = 300_000;
/** Milliseconds after its last advertisement in which a connection to a peer is worth trying, or its place is kept. */
const NEARBY_FOR = 10_000;
const KEPT_FOR = 60_000;
const MOST_PEERS = 1_024;

interface Peer {
  heardAt: number;
  /** When it may be read, or read again. */
  dueAt: number;
  failures: number;
  read?: { tcn: Uint8Array; until: number };
}

/** Peers that only name the service, whose numbers are read over connections. Times are monotonic ms. */
export class Peers {
  readonly #peers = new Map<string, Peer>();

  /** A peer advertised. @returns the number that it stands for, where it was read lately */
  heard(id: string, now: number): Uint8Array | undefined {
    const peer = this.#peers.get(id) ?? this.#admit(id, now);
    if (peer === undefined) return undefined;
    peer.heardAt = now;
    return peer.read !== undefined && peer.read.until > now ? peer.read.tcn : undefined;
  }

  /** Whom to read now: of those that are near and due, the one that waits longest. */
  next(now: number): string | undefined {
    let next: string | undefined;
    let longest = Infinity;
    for (const [id, { heardAt, dueAt }] of this.#peers) {
      if (dueAt > now || heardAt + NEARBY_FOR <= now || dueAt >= longest) continue;
      next = id;
      longest = dueAt;
    }
    return next;
  }

  /** A peer gave its number. */
  succeeded(id: string, tcn: Uint8Array, now: number): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    peer.read = { tcn, until: now + READ_LASTS };
    peer.dueAt = now + READ_LASTS;
    peer.failures = 0;
  }

  /** A peer did not answer, or gave nothing of use. */
  failed(id: string, now: number): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    peer.dueAt = now + Math.min(LAST_RETRY, FIRST_RETRY * 2 ** peer.failures);
    peer.failures++;
  }

  /** Forgets all: nobody knows how much time passed. */
  clear(): void {
    this.#peers.clear();
  }

  #admit(id: string, now: number): Peer | undefined {
    if (this.#peers.size >= MOST_PEERS) {
      for (const [old, { heardAt }] of this.#peers) if (heardAt + KEPT_FOR <= now) this.#peers.delete(old);
      if (this.#peers.size >= MOST_PEERS) return undefined;
    }
    const peer = { heardAt: now, dueAt: now, failures: 0 };
    this.#peers.set(id, peer);
    return peer;
  }
}
