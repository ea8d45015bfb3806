import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, StorageRefused } from "./app.tsx";
import { activateLanguage, chooseLanguage } from "./i18n/i18n.ts";
import { keepPage } from "./pwa/newVersion.ts";
import { trustOwnScripts } from "./pwa/trustOwnScripts.ts";
import { openDatabase } from "./storage/database.ts";
import { unixNow } from "./storage/clock.ts";
import { Store } from "./storage/store.ts";
import { loadSiteDefaults } from "./sync/siteDefaults.ts";
import "./ui/theme.css";

const root = createRoot(document.getElementById("root")!);

async function start(): Promise<void> {
  trustOwnScripts();
  const site = loadSiteDefaults();
  try {
    const store = new Store(await openDatabase());
    await store.purgeExpired(unixNow());
    root.render(
      <StrictMode>
        <App store={store} site={await site} />
      </StrictMode>,
    );
  } catch (error) {
    await activateLanguage(chooseLanguage(navigator.languages)).catch(() => undefined);
    root.render(<StorageRefused reason={error instanceof Error ? error.message : String(error)} />);
  }
}

void start().then(keepPage);
