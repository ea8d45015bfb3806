import { t } from "../i18n/i18n.ts";
import type { RecorderStatus } from "./answers.ts";

/** Why a recorder records nothing at the moment. */
export function waitingWords({ problem }: RecorderStatus): string {
  switch (problem?.code) {
    case undefined:
      return t("It waits for its Bluetooth adapter.");
    case "ADAPTER_MISSING":
      return t("There is no Bluetooth adapter.");
    case "ADAPTER_OFF":
      return t("Bluetooth is off.");
    case "ADAPTER_INCAPABLE":
      return t("Its Bluetooth adapter cannot send contact numbers.");
    case "ADAPTER_ADDRESS_EXPOSED":
      return t("Others can find its adapter, so its numbers would come from an address that never changes.");
    case "ADAPTER_ADDRESS_SHARED":
      return t(
        "Its adapter would send several numbers from one address, by which they could be told to belong together.",
      );
    case "BLUETOOTH_DENIED":
      return t("It may not use Bluetooth on its machine.");
    case "BLUETOOTH_UNAVAILABLE":
      return t("Bluetooth does not run on its machine.");
    default:
      return t("It says: {message}.", { message: problem?.message ?? "" });
  }
}
