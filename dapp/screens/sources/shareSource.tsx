import { t } from "../../i18n/i18n.ts";
import { sourceName, type Source } from "../../sync/source.ts";
import { isPublicAddress, sourceLink } from "../../sync/sourceLink.ts";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Panel } from "../../ui/panel.tsx";
import { QrCode } from "../../ui/qrCode.tsx";

/** Offers a source to others, as a link and as a QR code. */
export function ShareSource({ source }: { source: Source }) {
  const link = sourceLink(source, window.location.href.replace(/[?#].*$/s, ""));
  return (
    <Panel label={t("Share it")}>
      <h2 className="text-xl font-semibold">{t("Share it")}</h2>
      <p>{t("Whoever opens this link or reads this code is asked whether to follow the log.")}</p>
      {!isPublicAddress(source.rpc) && (
        <p>
          {t(
            "The RPC’s address is left out: what stands behind its host may be a key of yours. Whoever opens the link " +
              "chooses an RPC of their own.",
          )}
        </p>
      )}
      <QrCode
        text={link}
        label={t("QR code of a link that offers to follow {name}", { name: sourceName(source) })}
      />
      <CopyValue value={link} name={t("the link")} />
    </Panel>
  );
}
