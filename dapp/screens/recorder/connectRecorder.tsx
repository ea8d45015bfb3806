import { useState, type SubmitEvent } from "react";
import { t } from "../../i18n/i18n.ts";
import { pair, unpair } from "../../recorder/bridge.ts";
import { BridgeError } from "../../recorder/bridgeError.ts";
import { readRecorderUrl } from "../../recorder/connection.ts";
import { problemWords } from "../../recorder/problemWords.ts";
import { Button } from "../../ui/button.tsx";
import { CopyValue } from "../../ui/copyValue.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { Field } from "../../ui/field.tsx";
import { toFailure, type Failure } from "../../verify/explainError.ts";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";
import { RecorderProblem } from "./recorderProblem.tsx";

/** Where a recorder listens unless it is told otherwise. */
const USUAL_URL = "http://127.0.0.1:8430";
const COMMAND = "tocsin-recorder pair";

interface Wrong {
  url?: string;
  code?: string;
  problem?: BridgeError;
  failure?: Failure;
}

/** Connects this page to a recorder: its address, and a code that it shows. */
export function ConnectRecorder() {
  const { store } = usePage();
  const [wrong, setWrong] = useState<Wrong>({});
  const [isBusy, setIsBusy] = useState(false);

  const connect = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (isBusy) return;
    setIsBusy(true);
    setWrong({});
    const data = new FormData(form);
    const found = await tryConnect(data.get("url") as string, data.get("code") as string);
    setIsBusy(false);
    setWrong(found);
    const [first] = Object.keys(found);
    form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  /** @returns what is wrong; nothing where the page is connected then */
  const tryConnect = async (address: string, digits: string): Promise<Wrong> => {
    const url = readRecorderUrl(address.trim());
    const code = digits.replace(/\s/g, "");
    if (url === undefined) {
      return {
        url: t(
          "A recorder’s address is on this device: it begins with http://127.0.0.1: or http://localhost:.",
        ),
      };
    }
    if (!/^\d{6}$/.test(code)) return { code: t("The code has six digits.") };
    try {
      const { token, name } = await pair(url, code);
      try {
        await store.choices.connectRecorder({ url, token, name, revision: 0, records: 0 });
      } catch (error) {
        // Nobody has the token of that pairing then.
        await unpair({ url, token }).catch(() => undefined);
        throw error;
      }
      return {};
    } catch (error) {
      if (!(error instanceof BridgeError)) return { failure: toFailure(error) };
      if (error.code !== "PAIRING_REFUSED") return { problem: error };
      const { meaning, action } = problemWords(error);
      return { code: `${meaning} ${action}` };
    }
  };

  return (
    <Disclosure summary={t("Connect a recorder")}>
      <p>
        {t(
          "A recorder is a program for Linux that sends and hears contact numbers by Bluetooth, also while this page is " +
            "closed. Once it is connected, this page fetches what it hears, and can report the hours in which it sent.",
        )}
      </p>
      <p>
        {t(
          "The recorder answers only on the device that it runs on. It gives its keys to nobody before you confirm it there.",
        )}
      </p>
      <div>
        <p>{t("For a code, run this where the recorder runs:")}</p>
        <CopyValue value={COMMAND} name={t("command")} />
      </div>
      <form
        noValidate
        aria-label={t("Connect a recorder")}
        onSubmit={(event) => void connect(event)}
        className="flex flex-col gap-3"
      >
        <Field
          label={t("Address")}
          name="url"
          type="url"
          autoComplete="off"
          spellCheck={false}
          defaultValue={USUAL_URL}
          error={wrong.url}
        />
        <Field
          label={t("Code")}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          hint={t("Six digits, valid for two minutes.")}
          error={wrong.code}
        />
        <div>
          <Button type="submit" look="main">
            {t("Connect")}
          </Button>
        </div>
        <p role="status" className="empty:sr-only">
          {isBusy &&
            t(
              "Asking the recorder… If the browser asks whether this site may reach your local network, allow it.",
            )}
        </p>
      </form>
      {wrong.problem && <RecorderProblem title={t("Not connected")} problem={wrong.problem} />}
      {wrong.failure && <FailureView title={t("Not connected")} failure={wrong.failure} />}
    </Disclosure>
  );
}
