import { Link, useLocation } from "wouter";

const screens = [
  ["/", "Check"],
  ["/report", "Report"],
  ["/data", "My data"],
  ["/settings", "Settings"],
] as const;

/** @param community what the followed log's community calls itself */
export function Header({ community }: { community: string }) {
  const [location] = useLocation();
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex max-w-2xl flex-wrap items-center justify-between gap-x-6 px-4 pt-2 sm:py-2">
        <p className="py-1 text-lg font-bold">
          Tocsin
          {community && <span className="font-normal text-muted"> · {community}</span>}
        </p>
        <nav aria-label="Main" className="-mx-2 flex flex-wrap">
          {screens.map(([path, name]) => (
            <Link
              key={path}
              href={path}
              aria-current={location === path ? "page" : undefined}
              className={`flex min-h-11 items-center border-b-3 px-2.5 sm:px-3 ${
                location === path ? "border-accent font-semibold" : "border-transparent"
              }`}
            >
              {name}
            </Link>
          ))}
        </nav>
      </div>
    </header>
  );
}
