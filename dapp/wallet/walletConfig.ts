import { createClient, defineChain, http } from "viem";
import { createConfig, type Config } from "wagmi";
import { plainFetch } from "../sync/plainFetch.ts";
import { chainName } from "./chainName.ts";
import type { Target } from "./target.ts";

const TIMEOUT_MS = 20_000;
const POLLING_MS = 2_000;

/**
 * wagmi for one chain, reached through one RPC. Wallets are those that announce themselves to the page (EIP-6963).
 * Nothing of it is kept: which wallet was connected is nobody's business after the page is closed.
 */
export function createWalletConfig({ chainId, rpc }: Target): Config {
  const chain = defineChain({
    id: chainId,
    name: chainName(chainId),
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    rpcUrls: { default: { http: [rpc] } },
  });
  const transport = http(rpc, {
    timeout: TIMEOUT_MS,
    fetchFn: (input, init) => plainFetch(input, { ...init, cache: "no-store" }),
  });
  return createConfig({
    chains: [chain],
    storage: null,
    multiInjectedProviderDiscovery: true,
    // A contract must not be able to send this page to another server (EIP-3668).
    client: () => createClient({ chain, transport, ccipRead: false, pollingInterval: POLLING_MS }),
  });
}
