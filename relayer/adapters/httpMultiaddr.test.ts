import { expect, it } from "vitest";
import { httpMultiaddr } from "./httpMultiaddr.ts";

it.each([
  ["https://relayer.example", "/dns/relayer.example/tcp/443/tls/http"],
  ["http://relayer.example:8420/", "/dns/relayer.example/tcp/8420/http"],
  ["http://192.0.2.1", "/ip4/192.0.2.1/tcp/80/http"],
  ["https://[2001:db8::1]:444", "/ip6/2001:db8::1/tcp/444/tls/http"],
  ["https://relayer.example/a/b/", "/dns/relayer.example/tcp/443/tls/http/http-path/a%2Fb"],
])("%s is %s", (url, multiaddr) => {
  expect(httpMultiaddr(url)).toBe(multiaddr);
});
