import type { ComponentType } from "react";
import { msg, t } from "../../i18n/i18n.ts";
import { KeepStorage } from "./keepStorage.tsx";

interface Step {
  /** A message for `t`. */
  title: string;
  Content: ComponentType;
}

/** The steps of the introduction. */
export const WELCOME_STEPS: readonly Step[] = [
  { title: msg("What Tocsin is for"), Content: Goal },
  { title: msg("Random numbers, and no location"), Content: RandomNumbers },
  { title: msg("What is stored, where and for how long"), Content: Stored },
  { title: msg("No permission is needed to check"), Content: Permissions },
];

const list = "flex list-disc flex-col gap-2 pl-5";

function Goal() {
  return (
    <>
      <p>
        {t(
          "Tocsin tells you if somebody whom you were near later reported that they may be ill. Nobody learns whom you met, " +
            "and nobody learns that you looked.",
        )}
      </p>
      <p>
        {t(
          "It can only find encounters that were recorded and reported. It makes no diagnosis: if you feel ill or are worried, " +
            "ask a doctor or your health service.",
        )}
      </p>
    </>
  );
}

function RandomNumbers() {
  return (
    <ul className={list}>
      <li>
        {t(
          "Phones that take part send random numbers by Bluetooth, and note the numbers that they hear. The numbers change " +
            "often and say neither who nor where you are.",
        )}
      </li>
      <li>
        {t(
          "Whoever falls ill can send a report. From it, everybody can work out the numbers that this person’s phone sent in " +
            "the hours they chose.",
        )}
      </li>
      <li>
        {t(
          "This page fetches all reports and compares them with the numbers that your phone noted. It does so on this device: " +
            "your contacts are sent to nobody.",
        )}
      </li>
      <li>
        {t(
          "Reports are kept in public logs. Whether anything in them was hidden or altered is verified at every check, and " +
            "you are told.",
        )}
      </li>
    </ul>
  );
}

function Stored() {
  return (
    <>
      <p>{t("All of this is stored in this browser, on this device, and nowhere else:")}</p>
      <ul className={list}>
        <li>
          {t(
            "the numbers that your phone or recorder heard and the keys of those that it sent, once they came here: for 14 " +
              "days, then they are deleted",
          )}
        </li>
        <li>{t("what the last checks found, without encounters older than 14 days")}</li>
        <li>{t("your own reports and your choices, until you erase them")}</li>
      </ul>
      <p>
        {t(
          "You can see, export and erase everything under “My data”. A report that you send is public, and cannot be taken back.",
        )}
      </p>
    </>
  );
}

function Permissions() {
  return (
    <>
      <p>
        {t(
          "This page asks for no location, no notifications and no account, and for Bluetooth only when you press a button for it.",
        )}
      </p>
      <p>
        {t(
          "Sending and hearing numbers by Bluetooth is the work of an app on your phone or of a recorder, not of this page. " +
            "What the app noted comes here as a file that you import; a recorder on this device can be connected.",
        )}
      </p>
      <p>
        {t(
          "A browser may delete what a page stored when space runs short or the page was not opened for a while. You can ask " +
            "yours to keep it.",
        )}
      </p>
      <KeepStorage />
    </>
  );
}
