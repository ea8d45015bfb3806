import { i18n } from "@lingui/core";
import { useLayoutEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { policyWords } from "../alerts/policyWords.ts";
import { chooseLanguage, LANGUAGES, msg, t, type Language } from "../i18n/i18n.ts";
import { THEMES, type Theme } from "../sync/preferences.ts";
import { sourceId, sourceName } from "../sync/source.ts";
import { Choice, Choices } from "../ui/choice.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { StatusLine } from "../ui/statusLine.tsx";
import { usePage } from "./context.ts";
import { RiskForm } from "./riskForm.tsx";
import { LanguageChoice } from "./settings/languageChoice.tsx";
import { useChosen, type Chosen } from "./settings/useChosen.ts";

const THEME_NAMES: Record<Theme, string> = {
  system: msg("As the device has it"),
  light: msg("Light"),
  dark: msg("Dark"),
};

/** Another language shows this screen anew: what the one before was asked to say is said by the new one. */
let isLanguageNew = false;

export default function SettingsScreen() {
  const { policy, sources } = usePage();
  const [preferences, save] = useChosen();
  const [status, setStatus] = useState("");
  const language = useRef<HTMLSelectElement>(null);

  useLayoutEffect(() => {
    if (!isLanguageNew) return;
    language.current?.focus();
    // A live region says what comes into it, not what it begins with.
    const timer = setTimeout(() => {
      isLanguageNew = false;
      setStatus(
        t("Saved. This page is in {language} now.", { language: LANGUAGES[i18n.locale as Language] }),
      );
    });
    return () => clearTimeout(timer);
  }, []);

  const choose = async (some: Chosen): Promise<void> => {
    await save(some);
    setStatus(t("Saved."));
  };

  return (
    <>
      <ScreenHeading>{t("Settings")}</ScreenHeading>
      <p>{t("Every change counts at once.")}</p>
      <LanguageChoice
        ref={language}
        chosen={preferences.language}
        onChoose={(chosen) => {
          isLanguageNew = (chosen ?? chooseLanguage(navigator.languages)) !== i18n.locale;
          void choose({ language: chosen });
        }}
      />
      <Choices legend={t("Colours")}>
        {THEMES.map((theme) => (
          <Choice
            key={theme}
            type="radio"
            name="theme"
            value={theme}
            checked={preferences.theme === theme}
            onChange={() => void choose({ theme })}
            label={t(THEME_NAMES[theme])}
          />
        ))}
      </Choices>
      <Choice
        type="checkbox"
        name="slowLink"
        checked={preferences.slowLink}
        onChange={(event) => void choose({ slowLink: event.currentTarget.checked })}
        label={t("Slow connection")}
        note={t(
          "Read a short filter of each batch first, and whole batches only where it finds one of your contacts, with some " +
            "others that hide which. It takes the relayer’s word that its filters are complete; full checks by others " +
            "would show a lie.",
        )}
      />
      <section aria-labelledby="network-heading" className="flex flex-col gap-3 border-t border-line pt-5">
        <h2 id="network-heading" className="text-xl font-semibold">
          {t("RPC and gateways")}
        </h2>
        <p>{t("Each source names whom this page asks.")}</p>
        <ul className="flex flex-col">
          {sources.map((source) => (
            <li key={sourceId(source)}>
              <Link
                href={`/sources/${sourceId(source)}`}
                className="inline-flex min-h-11 items-center underline wrap-anywhere"
              >
                {sourceName(source)}
              </Link>
            </li>
          ))}
          <li>
            <Link href="/sources" className="inline-flex min-h-11 items-center underline">
              {t("All sources")}
            </Link>
          </li>
        </ul>
      </section>
      <section aria-labelledby="risk-heading" className="flex flex-col gap-5 border-t border-line pt-5">
        <h2 id="risk-heading" className="text-xl font-semibold">
          {t("What counts as relevant")}
        </h2>
        <p>
          {t(
            "Encounters that meet all of this come first in a result. Others are shown too, apart and with the reason.",
          )}
        </p>
        <ul className="list-disc pl-5">
          {policyWords(policy).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <RiskForm onStatus={setStatus} />
      </section>
      <StatusLine>{status}</StatusLine>
    </>
  );
}
