import { useState } from "react";
import { TocsinError } from "@tocsin/protocol/errors.ts";
import { t } from "../../i18n/i18n.ts";
import { parseUrl } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";

/** Lets the user name an RPC that is asked about a proof. */
export function AskRpc({ chainId, onAsk }: { chainId: number; onAsk: (rpc: string) => void }) {
  const [error, setError] = useState<string>();
  const ask = (typed: FormDataEntryValue | null): void => {
    try {
      const rpc = parseUrl(typed);
      setError(undefined);
      onAsk(rpc);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      setError(error.message);
    }
  };
  return (
    <form
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        ask(new FormData(event.currentTarget).get("rpc"));
      }}
    >
      <Field
        label={t("RPC to ask")}
        hint={t("An Ethereum RPC of chain {chainId}. It learns which log you ask about.", {
          chainId: String(chainId),
        })}
        name="rpc"
        type="url"
        error={error}
      />
      <div>
        <Button type="submit" look="main">
          {t("Ask the chain")}
        </Button>
      </div>
    </form>
  );
}
