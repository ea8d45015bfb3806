import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { readNearbyNumber, webBluetooth, type WebBluetooth } from "../../recorder/nearbyNumber.ts";
import { unixNow } from "../../storage/clock.ts";
import type { Store } from "../../storage/store.ts";
import { Button } from "../../ui/button.tsx";
import { usePage } from "../context.ts";

/** Reads the number of one device by the browser's own Bluetooth. Shows nothing where the browser has none. */
export function ReadNearby() {
  const { store } = usePage();
  const [status, setStatus] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const bluetooth = webBluetooth();
  if (!bluetooth) return null;
  const read = async (): Promise<void> => {
    setIsBusy(true);
    setStatus(t("Choose a device, and wait until it answers."));
    setStatus(await readInto(store, bluetooth));
    setIsBusy(false);
  };
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-sm text-muted">
        {t(
          "This browser can read the number of one device at a time by Bluetooth, when you choose it. It does not go on by " +
            "itself, and sends no number.",
        )}
      </p>
      <Button disabled={isBusy} onClick={() => void read()}>
        {t("Read a nearby device’s number")}
      </Button>
      <p role="status" className="empty:sr-only">
        {status}
      </p>
    </div>
  );
}

/** @returns what became of it */
async function readInto(store: Store, bluetooth: WebBluetooth): Promise<string> {
  try {
    const tcn = await readNearbyNumber(bluetooth);
    if (!tcn) return t("That device gave something that is no contact number. Nothing was stored.");
    const now = unixNow();
    await store.importContacts([{ tcn, firstSeen: now, lastSeen: now, samples: 1 }], now);
    return t("Its number was read, and is stored as a contact record of now.");
  } catch (error) {
    return failureWords(error);
  }
}

function failureWords(error: unknown): string {
  switch (error instanceof DOMException ? error.name : "") {
    case "NotFoundError":
      return t("No device was chosen, or it does not offer a contact number.");
    case "SecurityError":
    case "NotAllowedError":
    case "NotSupportedError":
      return t("The browser or the system does not let this page use Bluetooth. Allow it in their settings.");
    case "NetworkError":
    case "TimeoutError":
      return t("The device did not answer. Hold it nearer, see whether Bluetooth is on, and try again.");
    default:
      return t("It could not be read: {reason}.", { reason: String(error) });
  }
}
