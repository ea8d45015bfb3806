import { useState } from "react";
import { t } from "../i18n/i18n.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { targetsOf, type Target } from "../wallet/target.ts";
import { WalletProvider } from "../wallet/walletProvider.tsx";
import { usePage } from "./context.ts";
import { TargetPanel } from "./operator/targetPanel.tsx";
import { Tasks } from "./operator/tasks.tsx";
import { WalletPanel } from "./operator/walletPanel.tsx";

/** For who runs a log, or goes around who does. The only screen that knows wallets. */
export default function OperatorScreen() {
  const { sources } = usePage();
  const [target, setTarget] = useState<Target | undefined>(() => targetsOf(sources)[0]);
  return (
    <>
      <ScreenHeading>{t("Operator")}</ScreenHeading>
      <p>
        {t(
          "For people who run a log, and for those whom its relayer lets down. What you do here is sent to a blockchain " +
            "with your own wallet: it costs a fee, everybody can see it, and nobody can undo it. To check for exposures " +
            "or to report you need none of this.",
        )}
      </p>
      <TargetPanel target={target} onChoose={setTarget} />
      {target && (
        <WalletProvider key={`${target.chainId} ${target.rpc}`} target={target}>
          <WalletPanel target={target} />
          <Tasks key={target.registry} target={target} />
        </WalletProvider>
      )}
    </>
  );
}
