import { useEffect, useState } from "react";
import { formatLocale, t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { deletesAfterSevenDays } from "./sevenDays.ts";

interface Kept {
  isPersisted: boolean;
  /** Bytes, where the browser tells. */
  usage?: number;
}

/** Whether the browser keeps what is stored, how much it is, and what helps where it does not. */
export function Keeping() {
  const [kept, setKept] = useState<Kept>();
  const [status, setStatus] = useState("");
  useEffect(() => {
    let isShown = true;
    if ("storage" in navigator) void look().then((seen) => isShown && setKept(seen));
    return () => {
      isShown = false;
    };
  }, []);
  const persist = async (): Promise<void> => {
    const isPersisted = await navigator.storage.persist();
    setKept(await look());
    setStatus(
      isPersisted
        ? t("The browser keeps it until you erase it.")
        : t("The browser did not agree. It often does once the page is installed or visited more often."),
    );
  };
  if (!("storage" in navigator)) return null;
  return (
    <Panel label={t("How safely it is kept")}>
      <h2 className="text-xl font-semibold">{t("How safely it is kept")}</h2>
      {deletesAfterSevenDays() && (
        <Panel tone="caution">
          <p>
            {t(
              "This browser deletes what a page stored when the page was not visited for seven days. Add the page to your " +
                "home screen or Dock and use it from there, or export your data now and then.",
            )}
          </p>
        </Panel>
      )}
      {kept && (
        <p>
          {kept.isPersisted
            ? t("The browser has agreed to keep it until you erase it.")
            : t("The browser may delete it when the device runs out of space.")}{" "}
          {kept.usage !== undefined &&
            t("Together with the page itself, it takes {size}.", { size: sizeWords(kept.usage) })}
        </p>
      )}
      {kept && !kept.isPersisted && (
        <div>
          <Button onClick={() => void persist()}>{t("Ask the browser to keep it")}</Button>
        </div>
      )}
      <p role="status" className="empty:sr-only">{status}</p>
    </Panel>
  );
}

async function look(): Promise<Kept> {
  const [isPersisted, { usage }] = await Promise.all([
    navigator.storage.persisted(),
    navigator.storage.estimate().catch((): StorageEstimate => ({})),
  ]);
  return { isPersisted, ...(usage === undefined ? {} : { usage }) };
}

/** "12.3 MB". */
function sizeWords(bytes: number): string {
  const [divisor, unit] =
    bytes < 1e6 ? ([1e3, "kilobyte"] as const) : bytes < 1e9 ? ([1e6, "megabyte"] as const) : ([1e9, "gigabyte"] as const);
  const format = new Intl.NumberFormat(formatLocale(), { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / divisor);
}
