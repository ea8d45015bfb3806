import { useConnection } from "wagmi";

/** Tells whether an address is the connected account's. */
export function useIsAccount(): (address: string | undefined) => boolean {
  const { address: account } = useConnection();
  return (address) => account !== undefined && account.toLowerCase() === address?.toLowerCase();
}
