import { Trans } from "@lingui/react";
import { Link } from "wouter";
import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import { policyWords } from "../../alerts/policyWords.ts";
import { t } from "../../i18n/i18n.ts";
import { Disclosure } from "../../ui/disclosure.tsx";

/** Why some encounters come first. */
export function PolicyDisclosure({ policy }: { policy: RiskPolicy }) {
  return (
    <Disclosure summary={t("What counts as relevant")}>
      <p>{t("An encounter with somebody who reported counts as relevant when all of this is so:")}</p>
      <ul className="list-disc pl-5">
        {policyWords(policy).map((part) => (
          <li key={part}>{part}</li>
        ))}
      </ul>
      <p>
        <Trans
          id="Others are shown too, apart and with the reason. You can change this in the <0>settings</0>."
          components={{ 0: <Link href="/settings" className="underline" /> }}
        />
      </p>
    </Disclosure>
  );
}
