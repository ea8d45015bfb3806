import { t } from "../../i18n/i18n.ts";
import type { SourceErrors } from "../../sync/source.ts";
import type { SourceDraft } from "../../sync/sourceLink.ts";
import { Field } from "../../ui/field.tsx";

/** The fields of a source, filled in with a draft. */
export function SourceFields({ draft, errors }: { draft: SourceDraft; errors: SourceErrors }) {
  return (
    <>
      <Field
        label={t("Name")}
        name="name"
        hint={t("What your community calls itself. May be empty.")}
        autoComplete="off"
        defaultValue={draft.name}
        error={errors.name}
      />
      <Field
        label={t("RPC")}
        name="rpc"
        type="url"
        hint={t("An Ethereum JSON-RPC: https://…")}
        autoComplete="off"
        defaultValue={draft.rpc}
        error={errors.rpc}
      />
      <Field
        label={t("Chain id")}
        name="chainId"
        inputMode="numeric"
        autoComplete="off"
        defaultValue={draft.chainId}
        error={errors.chainId}
      />
      <Field
        label={t("Registry")}
        name="registry"
        hint={t("The contract’s address: 0x…")}
        spellCheck={false}
        autoComplete="off"
        defaultValue={draft.registry}
        error={errors.registry}
      />
      <Field
        label={t("Log")}
        name="logId"
        inputMode="numeric"
        hint={t("The log’s number in the registry.")}
        autoComplete="off"
        defaultValue={draft.logId}
        error={errors.logId}
      />
      <Field
        label={t("Gateways")}
        name="gateways"
        lines={3}
        hint={t("Trustless IPFS gateways, one a line, asked in this order.")}
        spellCheck={false}
        defaultValue={draft.gateways}
        error={errors.gateways}
      />
      <Field
        label={t("Relayer")}
        name="relayer"
        type="url"
        hint={t("Takes your reports. May be empty if you only check.")}
        autoComplete="off"
        defaultValue={draft.relayer}
        error={errors.relayer}
      />
      <Field
        label={t("First block")}
        name="fromBlock"
        inputMode="numeric"
        hint={t("A block before which the log did not exist: spares a public RPC work. May be empty.")}
        autoComplete="off"
        defaultValue={draft.fromBlock}
        error={errors.fromBlock}
      />
    </>
  );
}
