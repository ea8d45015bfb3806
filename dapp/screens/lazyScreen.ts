import { lazy, type ComponentType, type LazyExoticComponent } from "react";
import { loadOtherTexts } from "../i18n/i18n.ts";

/** A screen that is loaded when it is opened, and with it its texts. */
export function lazyScreen<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const [screen] = await Promise.all([load(), loadOtherTexts()]);
    return screen;
  });
}
