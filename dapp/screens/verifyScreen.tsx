import { useEffect, useEffectEvent } from "react";
import { useSearch } from "wouter";
import { t } from "../i18n/i18n.ts";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { unpackProof } from "../verify/proofText.ts";
import { usePage } from "./context.ts";
import { AskRpc } from "./proof/askRpc.tsx";
import { ProofInput } from "./proof/proofInput.tsx";
import { ProofSteps } from "./proof/proofSteps.tsx";
import { ProofVerdict } from "./proof/proofVerdict.tsx";
import { ProvenReport } from "./proof/provenReport.tsx";
import { isSound, useVerification } from "./proof/useVerification.ts";
import { WhatItDoesNotShow } from "./proof/whatItDoesNotShow.tsx";

/** Verifies a proof file that somebody else made, or the one that a link to this screen carries. */
export default function VerifyScreen() {
  const { sources } = usePage();
  const { verification, verify, ask } = useVerification(sources);
  const linked = new URLSearchParams(useSearch()).get("proof");
  const take = useEffectEvent((packed: string) => void verify(() => unpackProof(packed)));
  useEffect(() => {
    if (linked !== null) take(linked);
  }, [linked]);
  const { proof, chain } = verification ?? {};
  const isAnswered = chain === "asking" || chain?.says === "yes";
  return (
    <>
      <ScreenHeading>{t("Verify a proof")}</ScreenHeading>
      <p>
        {t(
          "A proof file shows that a report stands in a log, and since when. Somebody who was warned can give it to you, for " +
            "example to explain why they stay at home.",
        )}
      </p>
      <ProofInput onProof={(read) => void verify(read)} />
      {verification && (
        <>
          <ProofVerdict key={verification.nth} verification={verification} />
          <Panel label={t("Step by step")}>
            <h2 className="text-xl font-semibold">{t("Step by step")}</h2>
            <ProofSteps verification={verification} />
            {proof && isSound(verification) && !isAnswered && (
              <AskRpc chainId={proof.chainId} onAsk={(rpc) => void ask(rpc)} />
            )}
          </Panel>
          {isSound(verification) && <ProvenReport verification={verification} />}
          <WhatItDoesNotShow />
        </>
      )}
    </>
  );
}
