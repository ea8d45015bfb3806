import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { WagmiProvider } from "wagmi";
import type { Target } from "./target.ts";
import { createWalletConfig } from "./walletConfig.ts";

/** Gives its children a wallet for a chain. Another chain or RPC needs another one: give it a key. */
export function WalletProvider({ target, children }: { target: Target; children: ReactNode }) {
  const [config] = useState(() => createWalletConfig(target));
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } }),
  );
  return (
    <WagmiProvider config={config} reconnectOnMount={false}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </WagmiProvider>
  );
}
