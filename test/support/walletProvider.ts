import type { Page } from "playwright-core";
import type { Anvil } from "./anvil.ts";

const REJECTED = { code: 4001, message: "User rejected the request." };
const INTERNAL = -32603;

/** A wallet in a page that announces itself (EIP-6963) and acts on a chain of tests, whose accounts are unlocked. */
export interface TestWallet {
  /** Methods that its user declines. */
  readonly declined: Set<string>;
  /** What the page asked for, in order. */
  readonly requests: string[];
  /** The account that is chosen in the wallet. */
  use(address: string): Promise<void>;
  /** The chain that the wallet says it is on; the next switch that the page asks for is made. */
  goTo(chainId: number): Promise<void>;
}

interface Answer {
  result?: unknown;
  error?: { code: number; message: string };
}

/** Puts a wallet into a page. It is there from the page's next loading on. */
export async function injectWallet(page: Page, anvil: Anvil, name: string): Promise<TestWallet> {
  let account = anvil.accounts[0]!.address;
  let chainId = anvil.chainId;
  let isConnected = false;
  const declined = new Set<string>();
  const requests: string[] = [];

  const emit = (event: string, data: unknown): Promise<void> =>
    page.evaluate((detail) => void dispatchEvent(new CustomEvent("test-wallet", { detail })), [event, data]);
  const goTo = async (id: number): Promise<void> => {
    chainId = id;
    await emit("chainChanged", `0x${id.toString(16)}`);
  };
  const answers: Record<string, (params: unknown[]) => unknown> = {
    eth_chainId: () => `0x${chainId.toString(16)}`,
    eth_accounts: () => (isConnected ? [account] : []),
    eth_requestAccounts: () => {
      isConnected = true;
      return [account];
    },
    wallet_requestPermissions: () => {
      isConnected = true;
      return [{ parentCapability: "eth_accounts", caveats: [{ value: [account] }] }];
    },
    wallet_revokePermissions: () => {
      isConnected = false;
      return null;
    },
    wallet_switchEthereumChain: async ([wanted]) => {
      await goTo(Number((wanted as { chainId: string }).chainId));
      return null;
    },
  };

  await page.exposeFunction("askTestWallet", async (method: string, params: unknown[]): Promise<Answer> => {
    requests.push(method);
    if (declined.has(method)) return { error: REJECTED };
    try {
      const own = answers[method];
      return { result: own ? await own(params) : await anvil.rpc(method, params) };
    } catch (error) {
      return { error: { code: INTERNAL, message: (error as Error).message } };
    }
  });
  await page.addInitScript(announce, name);
  return {
    declined,
    requests,
    goTo,
    use: async (address) => {
      account = address;
      await emit("accountsChanged", [address]);
    },
  };
}

/** Runs in the page. */
function announce(name: string): void {
  const listeners = new Map<string, Set<(data: unknown) => void>>();
  const provider = {
    request: async ({ method, params = [] }: { method: string; params?: unknown[] }) => {
      const ask = (window as unknown as { askTestWallet: (...args: unknown[]) => Promise<Answer> })
        .askTestWallet;
      const { result, error } = await ask(method, params);
      if (error) throw Object.assign(new Error(error.message), { code: error.code });
      return result;
    },
    on: (event: string, listener: (data: unknown) => void) => {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener));
    },
    removeListener: (event: string, listener: (data: unknown) => void) => {
      listeners.get(event)?.delete(listener);
    },
  };
  addEventListener("test-wallet", (event) => {
    const [name, data] = (event as CustomEvent<[string, unknown]>).detail;
    for (const listener of listeners.get(name) ?? []) listener(data);
  });
  const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
  const detail = Object.freeze({
    info: { uuid: "0c1b6f0e-8f55-4a3e-9d9c-5b2f8f0f7a11", name, icon, rdns: "invalid.test.wallet" },
    provider,
  });
  const tell = (): void => void dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail }));
  addEventListener("eip6963:requestProvider", tell);
  tell();
}
