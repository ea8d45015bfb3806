import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";

/** Where a proof ends. */
export function WhatItDoesNotShow() {
  return (
    <Disclosure summary={t("What a proof does not show")}>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        <li>{t("That what the report says is true: nobody has confirmed it.")}</li>
        <li>
          {t(
            "That nobody recorded the numbers and sent them elsewhere before they were reported. What was sent again after " +
              "that is not counted.",
          )}
        </li>
        <li>
          {t(
            "That the RPC told the truth about the chain. One that lies consistently is believed: verify with another one if " +
              "you doubt it.",
          )}
        </li>
      </ul>
    </Disclosure>
  );
}
