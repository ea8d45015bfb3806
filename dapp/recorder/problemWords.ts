import { t } from "../i18n/i18n.ts";
import type { BridgeError } from "./bridgeError.ts";

/** What it means that a recorder did not do as it was asked, and what to do now. */
export function problemWords({ code, message }: BridgeError): { meaning: string; action: string } {
  switch (code) {
    case "UNREACHABLE":
      return {
        meaning: t("No recorder answers at this address."),
        action: t(
          "See whether it runs on this device, and compare the address with the one that it names when it starts. If the " +
            "browser asked whether this site may reach your local network, allow it.",
        ),
      };
    case "BLOCKED":
      return {
        meaning: t("This browser does not let the page ask a program on this device."),
        action: t("Allow this site to reach your local network, in the browser’s settings for this site."),
      };
    case "UNSUPPORTED":
      return {
        meaning: t(
          "This browser never lets a page from the internet ask a program on this device. Safari is one of them.",
        ),
        action: t("Use Firefox, or a browser such as Chrome or Edge."),
      };
    case "PAIRING_REFUSED":
      return {
        meaning: t("The code is wrong, was used already, or has expired."),
        action: t("Make a new one on the recorder, and type it in within two minutes."),
      };
    case "TOKEN_REFUSED":
      return {
        meaning: t("The recorder does not know this page any more."),
        action: t("Disconnect it under “My data”, and connect it again with a new code."),
      };
    case "REQUEST_OPEN":
      return {
        meaning: t("Another request of this page still waits on the recorder."),
        action: t("Answer it there, or wait ten minutes. Then send again."),
      };
    case "REQUEST_DENIED":
      return {
        meaning: t("Somebody at the recorder refused to give the keys. They are still there."),
        action: t("If it was a mistake, send again and confirm it."),
      };
    case "REQUEST_EXPIRED":
      return {
        meaning: t("Nobody confirmed it on the recorder in time, or the recorder was stopped meanwhile."),
        action: t(
          "Send again, and confirm it on the recorder. If somebody did confirm it, “tocsin-recorder keys --again” gives " +
            "those keys there.",
        ),
      };
    case "ANSWER_INVALID":
      return {
        meaning: t("What answers at this address does not answer as a recorder does."),
        action: t(
          "Compare the address. If it is right, update the recorder or this page: one of them is older.",
        ),
      };
    default:
      return {
        meaning: t("The recorder refused: {message}.", { message }),
        action: t("Try again in a minute. If it stays so, look at what the recorder says where it runs."),
      };
  }
}
