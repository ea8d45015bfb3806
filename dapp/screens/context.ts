import { createContext, useContext } from "react";
import type { CheckControl } from "../match/useCheck.ts";
import type { RiskPolicy } from "@tocsin/protocol/match/risk.ts";
import type { Following } from "../recorder/useFollowing.ts";
import type { Store } from "../storage/store.ts";
import type { Preferences } from "../sync/preferences.ts";
import type { Source } from "../sync/source.ts";
import type { SiteDefaults } from "../sync/siteDefaults.ts";

/** What every screen may need. */
export interface Page {
  store: Store;
  /** The logs that are followed: those that the user chose, else the site's. */
  sources: readonly Source[];
  /** Whether the user chose them. */
  areOwnSources: boolean;
  /** What counts as relevant. */
  policy: RiskPolicy;
  preferences: Preferences;
  site: SiteDefaults;
  recorder: Following;
  check: CheckControl;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("outside of the page");
  return page;
}
