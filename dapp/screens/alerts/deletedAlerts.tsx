import { useState } from "react";
import type { StoredAlert } from "../../alerts/loadAlerts.ts";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { usePage } from "../context.ts";

/** How many alerts are not shown because the user deleted them, and a way to have them back. */
export function DeletedAlerts({ deleted }: { deleted: readonly StoredAlert[] }) {
  const { store } = usePage();
  const [status, setStatus] = useState("");
  const restore = async (): Promise<void> => {
    await Promise.all(deleted.map(({ id }) => store.results.mark(id, { deletedAt: undefined })));
    setStatus(
      t("{n, plural, one {The deleted alert is} other {# deleted alerts are}} shown again.", {
        n: deleted.length,
      }),
    );
  };
  return (
    <>
      {deleted.length > 0 && (
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-muted">
          <p>
            {t("{n, plural, one {You deleted # alert.} other {You deleted # alerts.}}", {
              n: deleted.length,
            })}
          </p>
          <Button onClick={() => void restore()}>
            {t("{n, plural, one {Show it again} other {Show them again}}", { n: deleted.length })}
          </Button>
        </div>
      )}
      <p role="status">{status}</p>
    </>
  );
}
