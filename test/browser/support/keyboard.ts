import type { Page } from "playwright-core";

/** Screens have fewer things to act on than this. */
const MAX_TABS = 80;

/** Presses Tab until the focus is on the button or link of this name, as somebody without a mouse would. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let i = 0; i < MAX_TABS; i++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent;
    });
    if (focused === name) return;
  }
  throw new Error(`no way to "${name}" by keyboard`);
}
