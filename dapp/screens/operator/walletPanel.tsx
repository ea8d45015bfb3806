import { useRef, useState } from "react";
import { useBalance, useConnection, useDisconnect, useSwitchChain } from "wagmi";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { chainName } from "../../wallet/chainName.ts";
import { balanceWords } from "../../wallet/etherWords.ts";
import type { Target } from "../../wallet/target.ts";
import { toProblem } from "../../wallet/walletProblem.ts";
import { ProblemView } from "./problemView.tsx";
import { WalletDialog } from "./walletDialog.tsx";

/** Which wallet is connected, and whether it can do anything here. */
export function WalletPanel({ target }: { target: Target }) {
  const { status, address, chainId, connector } = useConnection();
  const disconnect = useDisconnect();
  const heading = useRef<HTMLHeadingElement>(null);
  const [isChoosing, setChoosing] = useState(false);
  return (
    <Panel>
      <h2 ref={heading} tabIndex={-1} className="text-xl font-semibold">
        {t("Wallet")}
      </h2>
      {status === "connected" ? (
        <>
          <Account name={connector.name} address={address} chainId={chainId} target={target} />
          <div>
            <Button
              onClick={() => {
                disconnect.mutate();
                // The button that had the focus is gone.
                heading.current?.focus();
              }}
            >
              {t("Disconnect")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p>{t("No wallet is connected. You can look at everything here without one.")}</p>
          <div>
            <Button look="main" onClick={() => setChoosing(true)}>
              {t("Connect a wallet")}
            </Button>
          </div>
        </>
      )}
      {isChoosing && (
        <WalletDialog
          onClose={(hasConnected) => {
            setChoosing(false);
            // The focus goes back to the button that opened the dialog, which is gone with the first connection.
            if (hasConnected) heading.current?.focus();
          }}
        />
      )}
    </Panel>
  );
}

function Account(props: { name: string; address: `0x${string}`; chainId: number; target: Target }) {
  const { name, address, chainId, target } = props;
  const isHere = chainId === target.chainId;
  const balance = useBalance({ address });
  const ether = balance.isError
    ? t("could not be read")
    : balance.data
      ? balanceWords(balance.data.value)
      : t("reading…");
  return (
    <>
      <Facts>
        <Fact name={t("Wallet")}>{name.slice(0, 60)}</Fact>
        <Fact name={t("Account")}>
          <CopyValue value={address} name={t("the account’s address")} />
        </Fact>
        <Fact name={t("Network of the wallet")}>{chainName(chainId)}</Fact>
        <Fact name={t("Balance on {chain}", { chain: chainName(target.chainId) })}>{ether}</Fact>
      </Facts>
      {!isHere && <WrongNetwork chainId={chainId} target={target} />}
      {isHere && balance.data?.value === 0n && (
        <Panel tone="caution" label={t("No ether")}>
          <p className="font-semibold">{t("This account has no ether")}</p>
          <p>
            {t(
              "Every transaction costs a small fee in ether. Send some to this account on {chain}, or choose another " +
                "account in your wallet.",
              { chain: chainName(target.chainId) },
            )}
          </p>
          <div>
            <Button onClick={() => void balance.refetch()}>{t("Look again")}</Button>
          </div>
        </Panel>
      )}
    </>
  );
}

function WrongNetwork({ chainId, target }: { chainId: number; target: Target }) {
  const switching = useSwitchChain();
  return (
    <Panel tone="caution" label={t("Wrong network")}>
      <p className="font-semibold">{t("Your wallet is on another network")}</p>
      <p>
        {t("It is on {here}; the registry is on {there}. Nothing can be sent until it is switched.", {
          here: chainName(chainId),
          there: chainName(target.chainId),
        })}
      </p>
      <div>
        <Button
          look="main"
          disabled={switching.isPending}
          onClick={() => switching.mutate({ chainId: target.chainId })}
        >
          {switching.isPending
            ? t("Waiting for your wallet…")
            : t("Switch to {chain}", { chain: chainName(target.chainId) })}
        </Button>
      </div>
      {switching.error && <ProblemView problem={toProblem(switching.error)} />}
    </Panel>
  );
}
