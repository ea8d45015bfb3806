import type { CheckOutcome } from "../../alerts/outcome.ts";
import { t } from "../../i18n/i18n.ts";

/** Which gateways failed, though another served what was asked for. */
export function FaultsView({ faults }: Pick<CheckOutcome, "faults">) {
  return faults.map(({ gateway, code, times, message }) => (
    <p key={`${gateway} ${code}`}>
      {code === "BATCH_DIGEST_MISMATCH"
        ? t(
            "Gateway {gateway} served other bytes and was skipped, for {n, plural, one {# batch} other {# batches}}.",
            { gateway, n: times },
          )
        : t(
            "Gateway {gateway} did not serve what was asked for and was skipped, for " +
              "{n, plural, one {# batch} other {# batches}}: {message}",
            { gateway, n: times, message },
          )}
    </p>
  ));
}
