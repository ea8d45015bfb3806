import { Link, useLocation } from "wouter";
import { msg, t } from "../i18n/i18n.ts";

const screens = [
  ["/", msg("Home")],
  ["/alerts", msg("Alerts")],
  ["/report", msg("Report")],
  ["/data", msg("My data")],
  ["/more", msg("More")],
] as const;

/** What "More" leads to. */
const underMore = ["/sources", "/statistics", "/verify", "/operator", "/settings", "/welcome"];

/** The page's name and its main navigation: at the top, or within a thumb's reach on a phone. */
export function Header() {
  const [location] = useLocation();
  const isCurrent = (path: string): boolean => {
    const within = (root: string): boolean => location === root || location.startsWith(`${root}/`);
    if (path === "/") return location === "/";
    return within(path) || (path === "/more" && underMore.some(within));
  };
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-2xl items-center justify-between gap-x-6 px-4 py-2">
        <p className="py-1 text-lg font-bold">Tocsin</p>
        <nav
          aria-label={t("Main")}
          className="fixed inset-x-0 bottom-0 z-10 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] sm:static sm:border-0 sm:pb-0"
        >
          {screens.map(([path, name]) => (
            <Link
              key={path}
              href={path}
              aria-current={isCurrent(path) ? "page" : undefined}
              className={`flex min-h-12 flex-1 items-center justify-center border-t-3 px-1 text-center text-sm sm:min-h-11 sm:flex-none sm:border-t-0 sm:border-b-3 sm:px-3 sm:text-base ${
                isCurrent(path) ? "border-accent font-semibold" : "border-transparent"
              }`}
            >
              {t(name)}
            </Link>
          ))}
        </nav>
      </div>
    </header>
  );
}
