import { Transaction } from "ethers";
import type { Anvil } from "./anvil.ts";
import { RpcFault, type Interceptor, type RpcCall } from "./rpcProxy.ts";

/** What becomes of one broadcast instead of what should. */
export type BroadcastFault =
  /** The node refuses it in these words. */
  | { refuse: string }
  /** The node says that it took it, and forgets it. */
  | "swallow"
  /** The node takes it, and the answer is lost on the way. */
  | "lose the answer";

/**
 * geth's rules for its pool in front of anvil, which takes a replacement that pays 5 % more and refuses whatever is
 * below the base fee outright. And faults: of the next broadcasts, of the whole RPC, of nodes that lag.
 */
export class GethRules {
  readonly #anvil: Anvil;
  /** By sender and nonce. Those that `isHeld` are below the base fee: anvil has not got them yet. */
  readonly #pool = new Map<string, { transaction: Transaction; isHeld: boolean }>();
  /** What was answered to broadcasts, and how often. */
  readonly answers = new Map<string, number>();
  readonly faults: BroadcastFault[] = [];
  isAway = false;
  /** The least priority fee, in wei. */
  leastTip = 0n;
  /** By how many blocks the node behind the next call lags. */
  lag: () => number = () => 0;

  constructor(anvil: Anvil) {
    this.#anvil = anvil;
  }

  readonly intercept: Interceptor = async (call) => {
    if (this.isAway) throw new Error("away");
    if (call.method !== "eth_sendRawTransaction") return this.#read(call);
    const fault = this.faults.shift();
    try {
      if (typeof fault === "object") throw new RpcFault(-32_000, fault.refuse);
      const transaction = Transaction.from(call.params[0] as string);
      if (fault === "swallow") return this.#count("swallowed", transaction.hash);
      const result = await this.#add(transaction, call);
      if (fault === "lose the answer") throw new Error("lost");
      return this.#count("ok", result);
    } catch (error) {
      if (error instanceof RpcFault) this.#count(error.message.replace(/:.*/, ""), undefined);
      throw error;
    }
  };

  /** Everything that waits is dropped from the pool. */
  async drop(): Promise<void> {
    this.#pool.clear();
    await this.#anvil.rpc("anvil_dropAllTransactions");
  }

  /** Hands what was below the base fee to anvil, where it is so no more. */
  async release(): Promise<void> {
    const baseFee = await this.#baseFee();
    for (const pooled of this.#pool.values()) {
      if (!pooled.isHeld || (pooled.transaction.maxFeePerGas ?? 0n) < baseFee) continue;
      pooled.isHeld = false;
      await this.#anvil.rpc("eth_sendRawTransaction", [pooled.transaction.serialized]).catch(() => undefined);
    }
  }

  #count<T>(answer: string, result: T): T {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    return result;
  }

  async #add(transaction: Transaction, call: RpcCall): Promise<unknown> {
    await this.release();
    const { nonce, hash } = transaction;
    const from = transaction.from as string;
    const [next, balance] = await Promise.all([
      this.#anvil.rpc("eth_getTransactionCount", [from, "latest"]).then(Number),
      this.#anvil.rpc("eth_getBalance", [from, "latest"]).then((value) => BigInt(value as string)),
    ]);
    const own = await this.#pooledBy(from, next);
    const pooled = own.find((other) => other.nonce === nonce);
    if (pooled?.hash === hash) throw new RpcFault(-32_000, "already known");
    if (nonce < next) throw new RpcFault(-32_000, `nonce too low: next nonce ${next}, tx nonce ${nonce}`);
    if (tipOf(transaction) < this.leastTip) {
      throw new RpcFault(-32_000, `transaction underpriced: gas tip cap ${tipOf(transaction)}`);
    }
    const all = [...own.filter((other) => other.nonce !== nonce), transaction];
    const cost = all.reduce((sum, each) => sum + each.value + each.gasLimit * feeOf(each), 0n);
    if (cost > balance) {
      throw new RpcFault(
        -32_000,
        `insufficient funds for gas * price + value: balance ${balance}, tx cost ${cost}`,
      );
    }
    if (
      pooled &&
      !(outbids(feeOf(transaction), feeOf(pooled)) && outbids(tipOf(transaction), tipOf(pooled)))
    ) {
      throw new RpcFault(-32_000, "replacement transaction underpriced");
    }
    const isHeld = feeOf(transaction) < (await this.#baseFee());
    if (!isHeld) await call.forward();
    this.#pool.set(`${from}/${nonce}`, { transaction, isHeld });
    return hash;
  }

  /** The sender's transactions that wait, and what others than this proxy's callers put into anvil's pool. */
  async #pooledBy(from: string, next: number): Promise<Transaction[]> {
    for (const [key, { transaction }] of this.#pool) {
      if (transaction.from === from && transaction.nonce < next) this.#pool.delete(key);
    }
    const known = [...this.#pool.values()]
      .map(({ transaction }) => transaction)
      .filter((transaction) => transaction.from === from);
    const content = (await this.#anvil.rpc("txpool_content")) as PoolContent;
    const byNonce = Object.entries(content.pending).find(
      ([sender]) => sender.toLowerCase() === from.toLowerCase(),
    );
    const others = Object.values(byNonce?.[1] ?? {})
      .filter(({ hash }) => known.every((transaction) => transaction.hash !== hash))
      .map(foreign);
    const replaced = new Set(others.map(({ nonce }) => nonce));
    return [...known.filter(({ nonce }) => !replaced.has(nonce)), ...others];
  }

  async #baseFee(): Promise<bigint> {
    const history = (await this.#anvil.rpc("eth_feeHistory", ["0x1", "latest", []])) as {
      baseFeePerGas: string[];
    };
    return BigInt(history.baseFeePerGas.at(-1) as string);
  }

  /** A question to a node that may lag: it knows no block above its own newest. */
  async #read(call: RpcCall): Promise<unknown> {
    const lag = this.lag();
    if (lag === 0) return call.forward();
    const newest = Math.max(0, Number(await this.#anvil.rpc("eth_blockNumber")) - lag);
    const place = BLOCK_PARAMETER[call.method];
    if (place === undefined) return call.forward();
    const asked = call.params[place];
    if (asked === "latest") return call.forward(call.params.with(place, `0x${newest.toString(16)}`));
    if (typeof asked !== "string" || !asked.startsWith("0x") || Number(asked) <= newest)
      return call.forward();
    if (call.method === "eth_getBlockByNumber") return null;
    throw new RpcFault(-32_000, "header not found");
  }
}

/** Where the calls that the relayer makes name a block. */
const BLOCK_PARAMETER: Record<string, number> = {
  eth_getBlockByNumber: 0,
  eth_getTransactionCount: 1,
  eth_getBalance: 1,
  eth_call: 1,
  eth_estimateGas: 1,
  eth_feeHistory: 1,
};

interface PoolTransaction {
  hash: string;
  nonce: string;
  gas: string;
  value: string;
  maxFeePerGas: string;
  maxPriorityFeePerGas: string;
}

interface PoolContent {
  pending: Record<string, Record<string, PoolTransaction>>;
}

/** Of a transaction that did not pass the proxy only what the rules look at is needed; its hash is nobody's. */
function foreign({ nonce, gas, value, maxFeePerGas, maxPriorityFeePerGas }: PoolTransaction): Transaction {
  return Transaction.from({
    type: 2,
    chainId: 1,
    nonce: Number(nonce),
    gasLimit: BigInt(gas),
    value: BigInt(value),
    maxFeePerGas: BigInt(maxFeePerGas),
    maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas),
  });
}

function feeOf({ maxFeePerGas }: Transaction): bigint {
  return maxFeePerGas ?? 0n;
}

function tipOf({ maxPriorityFeePerGas }: Transaction): bigint {
  return maxPriorityFeePerGas ?? 0n;
}

/** geth's default price bump: 10 %. */
function outbids(fee: bigint, before: bigint): boolean {
  return fee * 100n >= before * 110n;
}
