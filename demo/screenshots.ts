import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { goTo, settled, startFilledSite } from "../test/browser/support/filledSite.ts";
import { PAGE_STATES } from "../test/browser/support/pageStates.ts";
import { findChromium } from "../test/support/chromium.ts";

/** `npm run screenshots`: every screen and state of the dapp in both themes, as on a phone and on a desk. */
const FOLDER = join(import.meta.dirname, "..", "test", "screenshots");
const WINDOWS = { phone: { width: 390, height: 844 }, desktop: { width: 1_280, height: 900 } };

/** Only those whose name begins with one of the arguments, if there are any. */
const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((start) => name.startsWith(start));

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
const site = await startFilledSite();
const browser = await chromium.launch(await findChromium());
let made = 0;
try {
  for (const theme of ["light", "dark"] as const) {
    for (const [window, viewport] of Object.entries(WINDOWS)) {
      const shoot = async (page: Page, name: string): Promise<void> => {
        // A window as high as the page: what sticks to its end is at the end.
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) });
        await page.screenshot({ path: join(FOLDER, `${name}-${theme}-${window}.png`) });
        await page.setViewportSize(viewport);
        made++;
      };
      const options = { theme, colorScheme: theme, viewport, reducedMotion: "reduce" as const };
      for (const holds of ["nothing", "everything"] as const) {
        const page = await site.open(browser, holds, options);
        for (const [screen, path] of Object.entries(site.screens)) {
          const name = holds === "nothing" ? `${screen}-empty` : screen;
          if (!isWanted(name)) continue;
          await goTo(page, path);
          await settled(page);
          await shoot(page, name);
        }
        await page.context().close();
      }
      for (const { name, holds, reach } of PAGE_STATES.filter((state) => isWanted(state.name))) {
        const page = await site.open(browser, holds, options);
        await reach(page, site);
        await shoot(page, name);
        await page.context().close();
      }
    }
  }
  process.stdout.write(`${made} screenshots in test/screenshots\n`);
} finally {
  await browser.close();
  await site.stop();
}
