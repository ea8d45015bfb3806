import { createContext, useContext } from "react";
import type { CheckControl } from "../match/useCheck.ts";
import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import type { Store } from "../storage/store.ts";
import type { Settings } from "../sync/settings.ts";
import type { SiteDefaults } from "../sync/siteDefaults.ts";

/** What every screen may need. */
export interface Page {
  store: Store;
  /** Those that the user saved, else the site's; undefined while there are none. */
  settings: Settings | undefined;
  /** What counts as relevant. */
  policy: RiskPolicy;
  site: SiteDefaults;
  check: CheckControl;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("a screen is shown outside the page");
  return page;
}
