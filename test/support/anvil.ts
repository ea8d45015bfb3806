import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HDNodeWallet } from "ethers";

const MNEMONIC = "test test test test test test test test test test test junk";
const START_TIMEOUT_MS = 60_000;

/** One of the accounts that every chain is born with, each with 10,000 ether. */
export interface Account {
  address: string;
  privateKey: string;
}

/** A chain of its own on a free port. */
export interface Anvil {
  url: string;
  chainId: number;
  accounts: Account[];
  /** One JSON-RPC call. Rejects with the node's message. */
  rpc(method: string, params?: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts a chain that finalizes two epochs of 4 blocks behind its newest block.
 * The node is the one that ANVIL names, else the one from npm, which is there for Linux x64.
 * @param options further options of anvil
 */
export async function startAnvil(options: readonly string[] = []): Promise<Anvil> {
  const binary =
    process.env.ANVIL ?? createRequire(import.meta.url).resolve("@foundry-rs/anvil-linux-amd64/bin/anvil");
  // It keeps the states of older blocks in files, and would leave them in the home folder.
  const states = mkdtempSync(join(tmpdir(), "tocsin-anvil-"));
  const args = ["--port", "0", "--slots-in-an-epoch", "4", "--mnemonic", MNEMONIC, "--cache-path", states];
  const child = spawn(binary, [...args, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  const forget = (): void => {
    rmSync(states, { recursive: true, force: true, maxRetries: 3 });
  };
  const stop = (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once("exit", () => {
        forget();
        resolve();
      });
      child.kill("SIGKILL");
    });
  };
  // A test run that dies must leave neither chains nor their states behind.
  process.once("exit", () => {
    child.kill("SIGKILL");
    forget();
  });

  const url = await new Promise<string>((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => {
      fail("it took too long");
    }, START_TIMEOUT_MS);
    const fail = (why: string): void => {
      clearTimeout(timer);
      void stop();
      reject(new Error(`anvil did not start: ${why}\n${output}`));
    };
    child.once("error", (error) => {
      fail(error.message);
    });
    child.once("exit", (code) => {
      fail(`it ended with ${code}`);
    });
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      if (output.length < 100_000) output += chunk.toString();
      const address = /Listening on (\S+:\d+)\n/.exec(output)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(`http://${address}`);
    });
  });
  child.removeAllListeners("exit");

  const rpc = (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    call(url, method, params);
  const chainId = Number(await rpc("eth_chainId"));
  return { url, chainId, accounts: accounts(10), rpc, stop };
}

async function call(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

function accounts(count: number): Account[] {
  const parent = HDNodeWallet.fromPhrase(MNEMONIC, undefined, "m/44'/60'/0'/0");
  return Array.from({ length: count }, (_, index) => {
    const { address, privateKey } = parent.deriveChild(index);
    return { address, privateKey };
  });
}
