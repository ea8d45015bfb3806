import { t } from "../i18n/i18n.ts";

const NAMES = new Map([
  [1, "Ethereum"],
  [10, "OP Mainnet"],
  [8_453, "Base"],
  [42_161, "Arbitrum One"],
  [84_532, "Base Sepolia"],
  [560_048, "Hoodi"],
  [11_155_111, "Sepolia"],
]);

/** "Sepolia (chain 11155111)", or "chain 31337". */
export function chainName(chainId: number): string {
  const name = NAMES.get(chainId);
  return name === undefined
    ? t("chain {id}", { id: String(chainId) })
    : t("{name} (chain {id})", { name, id: String(chainId) });
}
