import { useId, useLayoutEffect, useRef } from "react";
import { useConnect, useConnectors, type Connector } from "wagmi";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { toProblem } from "../../wallet/walletProblem.ts";
import { ProblemView } from "./problemView.tsx";

/** What the dialog closes with where a wallet was connected. */
const CONNECTED = "connected";

/** Lists the wallets that announced themselves to the page, and connects the one that is chosen. */
export function WalletDialog({ onClose }: { onClose: (hasConnected: boolean) => void }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const connectors = useConnectors();
  const connecting = useConnect();
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);

  const chosen = connecting.isPending ? connecting.variables.connector : undefined;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={(event) => onClose(event.currentTarget.returnValue === CONNECTED)}
      className="m-auto w-[min(28rem,calc(100%-2rem))] rounded-xl border border-line bg-surface p-6 text-text"
    >
      <div className="flex flex-col gap-4">
        <h2 id={id} className="text-xl font-semibold">
          {t("Connect a wallet")}
        </h2>
        {connectors.length === 0 ? (
          <NoWallet />
        ) : (
          <>
            <p>
              {t(
                "The wallet will ask you whether this page may see your account. It cannot send anything by itself.",
              )}
            </p>
            <ul className="flex flex-col gap-2">
              {connectors.map((connector) => (
                <li key={connector.uid}>
                  <WalletButton
                    connector={connector}
                    isWaiting={connector === chosen}
                    onChoose={() =>
                      connecting.mutate({ connector }, { onSuccess: () => dialog.current?.close(CONNECTED) })
                    }
                  />
                </li>
              ))}
            </ul>
          </>
        )}
        <p role="status" className="empty:absolute">
          {chosen ? t("Waiting for your wallet: answer there.") : ""}
        </p>
        {connecting.error && <ProblemView problem={toProblem(connecting.error)} />}
        <div>
          <Button onClick={() => dialog.current?.close()}>{t("Close")}</Button>
        </div>
      </div>
    </dialog>
  );
}

function WalletButton(props: { connector: Connector; isWaiting: boolean; onChoose: () => void }) {
  const { connector, isWaiting, onChoose } = props;
  return (
    <button
      type="button"
      className="flex min-h-12 w-full items-center gap-3 rounded-lg border border-control bg-surface px-4 py-2 text-left font-semibold"
      aria-disabled={isWaiting}
      onClick={isWaiting ? undefined : onChoose}
    >
      {/* Any other address would tell a stranger who opens this page. */}
      {connector.icon?.startsWith("data:image/") && (
        <img src={connector.icon} alt="" className="size-7 rounded-md" />
      )}
      <span className="wrap-anywhere">{connector.name.slice(0, 60)}</span>
    </button>
  );
}

function NoWallet() {
  return (
    <>
      <p className="font-semibold">{t("No wallet was found")}</p>
      <p>
        {t(
          "A wallet is an extension of your browser, or a browser with one inside. Install one from its maker’s own site, " +
            "or unlock the one you have, and look again. A new extension is often seen only after this page is loaded again.",
        )}
      </p>
      <div>
        <Button onClick={() => window.dispatchEvent(new Event("eip6963:requestProvider"))}>
          {t("Look again")}
        </Button>
      </div>
    </>
  );
}
