import { Link } from "wouter";
import { msg, t } from "../i18n/i18n.ts";
import { ScreenHeading } from "../ui/heading.tsx";

const LINKS = [
  [
    "/sources",
    msg("Sources"),
    msg("Which public logs of reports you follow, and whether they could be verified."),
  ],
  ["/statistics", msg("Statistics"), msg("How many reports there are, and how soon they are anchored.")],
  ["/verify", msg("Verify a proof"), msg("Check a proof file that somebody else gave you.")],
  ["/welcome", msg("How it works"), msg("The introduction once more: random numbers, and what is stored.")],
  ["/settings", msg("Settings"), msg("Language, appearance, connection, and what counts as relevant.")],
  ["/operator", msg("Operator"), msg("For those who run a log. Needs a wallet.")],
] as const;

/** What is not needed every day. */
export default function MoreScreen() {
  return (
    <>
      <ScreenHeading>{t("More")}</ScreenHeading>
      <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
        {LINKS.map(([path, name, about]) => (
          <li key={path} className="relative flex min-h-11 flex-col px-4 py-3 sm:px-5">
            <Link href={path} className="text-lg font-semibold underline after:absolute after:inset-0">
              {t(name)}
            </Link>
            <span className="text-muted">{t(about)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
