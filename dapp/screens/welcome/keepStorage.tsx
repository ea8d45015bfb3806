import { useState } from "react";
import { t } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";

/** Asks the browser to keep what is stored, and says what it answered. */
export function KeepStorage() {
  const [isKept, setIsKept] = useState<boolean>();
  if (!("storage" in navigator)) return null;
  const ask = (): void =>
    void navigator.storage.persist().then(setIsKept, () => {
      setIsKept(false);
    });
  return (
    <>
      {isKept !== true && (
        <div>
          <Button onClick={ask}>{t("Ask the browser to keep it")}</Button>
        </div>
      )}
      <p role="status">
        {isKept === true && t("The browser keeps it until you erase it.")}
        {isKept === false &&
          t("The browser did not agree. It often does once the page is installed or visited more often.")}
      </p>
    </>
  );
}
