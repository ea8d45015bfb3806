import { useState } from "react";
import type { AlertMark } from "../../alerts/alertMark.ts";
import { msg, t } from "../../i18n/i18n.ts";
import { unixNow } from "../../storage/clock.ts";
import { Button } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { usePage } from "../context.ts";

const WHY_WRONG = [
  msg("Radio goes through walls and windows: the person may have been next door, or in another car."),
  msg(
    "Radio measures distance badly: a pocket, a body or a wall changes it, and you may have been further apart.",
  ),
  msg("What was reported is what a person chose to say. Nobody has confirmed it."),
  msg("Somebody nearby could have recorded the numbers and sent them elsewhere before they were reported."),
];

const WHY_NOT = [
  msg(
    "A made-up report: only whoever sent the numbers could sign a report of them, and the signature was checked.",
  ),
  msg(
    "Numbers that somebody sent again once they were public: the chain’s time shows it, and such are not counted.",
  ),
];

/** What an alert means and does not mean, for whoever cannot believe it, and a way to say so. */
export function Doubt({ mark }: { mark: AlertMark }) {
  const { store } = usePage();
  const [status, setStatus] = useState("");
  const isDoubted = mark.doubtedAt !== undefined;
  const toggle = async (): Promise<void> => {
    await store.results.mark(mark.id, { doubtedAt: isDoubted ? undefined : unixNow() });
    setStatus(isDoubted ? t("The mark was taken back.") : t("Marked. The alert stays here, with your mark."));
  };
  return (
    <Disclosure summary={t("This can’t be right")}>
      <p>
        {t(
          "An alert means that your device recorded numbers of a device whose owner reported later. It does not mean that " +
            "you were infected, nor that the two of you spoke or even saw each other.",
        )}
      </p>
      <p className="font-semibold">{t("Why it may be wrong")}</p>
      <List items={WHY_WRONG} />
      <p className="font-semibold">{t("What it is not")}</p>
      <List items={WHY_NOT} />
      <p>{t("Your mark stays on this device. It changes nothing for anybody else.")}</p>
      <div>
        <Button onClick={() => void toggle()}>
          {isDoubted ? t("Take the mark back") : t("Mark it: this can’t be right")}
        </Button>
      </div>
      <p role="status">{status}</p>
    </Disclosure>
  );
}

function List({ items }: { items: readonly string[] }) {
  return (
    <ul className="flex list-disc flex-col gap-1 pl-5">
      {items.map((item) => (
        <li key={item}>{t(item)}</li>
      ))}
    </ul>
  );
}
