import { isIP } from "node:net";

/** The multiaddr of an HTTP server: https://example.org is /dns/example.org/tcp/443/tls/http. */
export function httpMultiaddr(url: string): string {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isTls = protocol === "https:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = { 0: "dns", 4: "ip4", 6: "ip6" }[isIP(host)] ?? "dns";
  const path = pathname.replace(/^\/+|\/+$/g, "");
  return [
    `/${family}/${host}/tcp/${port || (isTls ? 443 : 80)}`,
    isTls ? "/tls" : "",
    "/http",
    path ? `/http-path/${encodeURIComponent(path)}` : "",
  ].join("");
}
