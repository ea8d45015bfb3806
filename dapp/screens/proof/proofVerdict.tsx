import { formatMoment } from "../../alerts/timeWords.ts";
import { t } from "../../i18n/i18n.ts";
import { sourceName } from "../../sync/source.ts";
import { StepHeading } from "../../ui/heading.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { Verification } from "./useVerification.ts";

/** What a verification comes to, in one sentence. */
export function ProofVerdict({ verification }: { verification: Verification }) {
  const { tone, title, text } = verdictOf(verification);
  return (
    <Panel tone={tone} role="status">
      <StepHeading focus>{title}</StepHeading>
      <p>{text}</p>
    </Panel>
  );
}

function verdictOf({ failures, followed, chain }: Verification): {
  tone: "calm" | "caution" | "alarm";
  title: string;
  text: string;
} {
  const answer = chain === "asking" ? undefined : chain;
  if (failures.form) {
    return {
      tone: "alarm",
      title: t("This is no proof that can be read"),
      text: t(
        "Nothing about it can be verified. Ask whoever gave it to you for the file as it was downloaded.",
      ),
    };
  }
  if (Object.keys(failures).length > 0 || answer?.says === "no") {
    return {
      tone: "alarm",
      title: t("This proof does not hold"),
      text: t(
        "Do not rely on it. Below you see what is wrong; whoever gave it to you may have a better one.",
      ),
    };
  }
  if (answer?.says === "yes" && followed) {
    return {
      tone: "calm",
      title: t("The proof holds"),
      text: t("The log “{name}”, which you follow, has held this report since {moment}.", {
        name: sourceName(followed),
        moment: formatMoment(answer.anchored.anchoredAt),
      }),
    };
  }
  if (answer?.says === "yes") {
    return {
      tone: "caution",
      title: t("The proof holds, for a log that you do not follow"),
      text: t(
        "That log has held this report since {moment}. Anybody can open a log: compare its registry and number, below, with " +
          "those of a community that you trust.",
        { moment: formatMoment(answer.anchored.anchoredAt) },
      ),
    };
  }
  return {
    tone: "caution",
    title: t("The proof is sound in itself"),
    text:
      chain === "asking"
        ? t("Now the chain is asked whether the log really had this head.")
        : t("Whether the log really had this head is not known yet: only a chain can tell."),
  };
}
