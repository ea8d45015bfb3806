import { Link } from "wouter";
import { t } from "../../i18n/i18n.ts";
import { sourceId, sourceName, type Source } from "../../sync/source.ts";
import { isCaught, type SourceHealth } from "../../sync/sourceHealth.ts";
import { buttonClass } from "../../ui/button.tsx";
import { Fact, Facts, Panel } from "../../ui/panel.tsx";
import { healthWords } from "./healthWords.ts";

/** One followed log: how its last check went and whom it asks. */
export function SourceCard({ source, health }: { source: Source; health: SourceHealth | undefined }) {
  const name = sourceName(source);
  return (
    <Panel tone={toneOf(health)} label={name}>
      <h2 className="text-xl font-semibold wrap-anywhere">{name}</h2>
      <p className="font-medium">{healthWords(health)}</p>
      <Facts>
        <Fact name={t("Log")}>
          {t("Number {logId} of registry {registry} on chain {chainId}", {
            logId: String(source.logId),
            registry: `${source.registry.slice(0, 8)}…${source.registry.slice(-4)}`,
            chainId: String(source.chainId),
          })}
        </Fact>
        <Fact name={t("Relayer")}>
          {source.relayer === "" ? t("None: nobody can report through this source.") : source.relayer}
        </Fact>
        <Fact name={t("Gateways")}>
          <ul>
            {source.gateways.map((gateway) => (
              <li key={gateway}>{gateway}</li>
            ))}
          </ul>
        </Fact>
      </Facts>
      <div>
        <Link
          href={`/sources/${sourceId(source)}`}
          aria-label={t("Open {name}", { name })}
          className={buttonClass("plain")}
        >
          {t("Open")}
        </Link>
      </div>
    </Panel>
  );
}

/** The words say it; the tone only supports them. */
export function toneOf(health: SourceHealth | undefined): "plain" | "calm" | "caution" | "alarm" {
  if (!health) return "plain";
  if (isCaught(health)) return "alarm";
  return health.failure ? "caution" : "calm";
}
