import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { goTo, settled } from "./support/filledSite.ts";
import { PAGE_STATES } from "./support/pageStates.ts";
import { useFilledSite } from "./support/useFilledSite.ts";

const PHONE = { width: 390, height: 844 };
const PATIENCE_MS = 300_000;

const bench = useFilledSite();

/** What is wrong on each screen, by the screen's name; nothing for those that are right. */
async function eachScreen(
  page: Page,
  look: (page: Page) => Promise<unknown[]>,
): Promise<Record<string, unknown>> {
  const wrong: Record<string, unknown> = {};
  for (const [name, path] of Object.entries(bench.site.screens)) {
    await goTo(page, path);
    await settled(page);
    const found = await look(page);
    if (found.length > 0) wrong[name] = found;
  }
  await page.context().close();
  return wrong;
}

/** By all rules: those of WCAG 2.0 to 2.2, A and AA, and what is good practice beyond; in both themes. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => {
      document.documentElement.dataset.theme = name;
    }, theme);
    const axe = new AxeBuilder({ page }).options({ rules: { "target-size": { enabled: true } } });
    const { violations } = await axe.setLegacyMode().analyze();
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ html, failureSummary }) => `${theme} ${id}: ${html} ${failureSummary}`));
  }
  return found;
}

for (const holds of ["nothing", "everything"] as const) {
  it(
    `axe finds nothing on any screen that holds ${holds}`,
    async () => {
      const page = await bench.site.open(bench.browser, holds, { viewport: PHONE });
      expect(await eachScreen(page, violations)).toEqual({});
    },
    PATIENCE_MS,
  );
}

for (const { name, holds, reach } of PAGE_STATES) {
  it(`axe finds nothing on ${name}`, async () => {
    const page = await bench.site.open(bench.browser, holds, { viewport: PHONE });
    await reach(page, bench.site);
    expect(await violations(page)).toEqual([]);
    expect(await tooWide(page)).toEqual([]);
    await page.context().close();
  });
}

/** Elements that stand out of a narrow window, and pages that scroll sideways. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const outside = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    );
    return [`${scrollWidth} px`, ...outside.slice(0, 3).map((element) => element.outerHTML.slice(0, 160))];
  });

/** Buttons, fields and links that are not in running text and are lower than a thumb needs. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const targets =
      "button, select, textarea, input:not([type=checkbox], [type=radio]), summary, nav a, a[class]";
    return (
      [...document.querySelectorAll<HTMLElement>(targets)]
        .filter(
          (target) =>
            target.checkVisibility() && !target.closest(".sr-only") && !target.classList.contains("sr-only"),
        )
        .filter((target) => getComputedStyle(target).display !== "inline")
        // A link may spread over the card that it stands in.
        .map((target) =>
          getComputedStyle(target, "::after").position === "absolute" ? target.offsetParent! : target,
        )
        .filter((target) => target.getBoundingClientRect().height < 43.5)
        .map(
          (target) =>
            `${Math.round(target.getBoundingClientRect().height)} px: ${target.outerHTML.slice(0, 160)}`,
        )
    );
  });

const moving = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("body *")]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return animationName !== "none" || transitionDuration.split(", ").some((time) => time !== "0s");
      })
      .map((element) => element.outerHTML.slice(0, 160)),
  );

/** What has the focus instead of the heading of the screen that the user went to. */
const elsewhere = (page: Page): Promise<(string | undefined)[]> =>
  page.evaluate(() => {
    const { activeElement } = document;
    const isHeading = activeElement?.matches("h1") ?? false;
    // The page that has just been opened leaves the focus where the browser has it.
    return isHeading || location.hash === "#/" ? [] : [activeElement?.outerHTML.slice(0, 160)];
  });

/** As at 400 % zoom. */
const NARROW = { width: 320, height: 640 };

for (const holds of ["nothing", "everything"] as const) {
  it(
    `no screen that holds ${holds} scrolls sideways, has low targets, moves, or keeps the focus`,
    async () => {
      const page = await bench.site.open(bench.browser, holds, { viewport: NARROW, reducedMotion: "reduce" });
      const looks = { tooWide, tooSmall, moving, elsewhere };
      const found = await eachScreen(page, async () => {
        const all = Object.entries(looks).map(async ([name, look]) => ({ name, wrong: await look(page) }));
        return (await Promise.all(all)).filter(({ wrong }) => wrong.length > 0);
      });
      expect(found).toEqual({});
    },
    PATIENCE_MS,
  );
}

// Their words are longer.
for (const locale of ["de", "fr"]) {
  it(
    `no screen scrolls sideways in ${locale}`,
    async () => {
      const page = await bench.site.open(bench.browser, "everything", { viewport: NARROW, locale });
      await page.locator(`html[lang=${locale}]`).waitFor();
      expect(await eachScreen(page, tooWide)).toEqual({});
    },
    PATIENCE_MS,
  );
}
