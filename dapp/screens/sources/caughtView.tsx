import { msg, t } from "../../i18n/i18n.ts";
import { evidenceOf } from "../../sync/evidence.ts";
import type { Source } from "../../sync/source.ts";
import type { SourceHealth } from "../../sync/sourceHealth.ts";
import { Button } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { download } from "../../ui/download.ts";
import { Fact, Facts } from "../../ui/panel.tsx";
import { explainFailure } from "../../verify/explainError.ts";

const NAMES: Record<string, string> = {
  code: msg("Code"),
  message: msg("Message"),
  rpc: msg("RPC"),
  chainId: msg("Chain id"),
  registry: msg("Registry"),
  logId: msg("Log"),
  gateways: msg("Gateways"),
  block: msg("Block"),
  blockHash: msg("Hash of the block"),
  headInContract: msg("Head in the contract"),
  headOfEvents: msg("Head that the events lead to"),
  seenAt: msg("Time"),
};

/** What a source hid or rewrote, and the evidence for whoever runs it. */
export function CaughtView({ source, health }: { source: Source; health: SourceHealth }) {
  if (!health.failure) return null;
  const { meaning, action } = explainFailure(health.failure);
  const evidence = evidenceOf(source, health.failure, health.checkedAt);
  const shown = Object.entries(evidence).filter(([name]) => Object.hasOwn(NAMES, name));
  return (
    <>
      <p>{meaning}</p>
      <p>{action}</p>
      <Disclosure summary={t("Evidence")}>
        <Facts>
          {shown.map(([name, value]) => (
            <Fact key={name} name={t(NAMES[name]!)} code>
              {typeof value === "object" ? value.join(" ") : value}
            </Fact>
          ))}
        </Facts>
        <p className="text-sm text-muted">
          {t(
            "Addresses are cut to their host where the rest may be a key. Nothing in it is about your contacts.",
          )}
        </p>
      </Disclosure>
      <div>
        <Button
          onClick={() =>
            download(
              "tocsin-evidence.json",
              `${JSON.stringify(evidence, undefined, 2)}\n`,
              "application/json",
            )
          }
        >
          {t("Download the evidence")}
        </Button>
      </div>
    </>
  );
}
