import { expect, test } from "vitest";
import { addressBlock, normalizeAddress, resolveClientAddress } from "@/lib/auth/address";

function resolve(peer: string | null, forwardedFor: string | null, trusted: string[] = []) {
  const headers = new Headers();
  if (peer) headers.set("x-gatehouse-peer", peer);
  if (forwardedFor) headers.set("x-forwarded-for", forwardedFor);
  return resolveClientAddress(headers, trusted);
}

test("a forwarded address is ignored unless the peer is a declared proxy", () => {
  expect(resolve("203.0.113.7", "198.51.100.1")).toEqual({ address: "203.0.113.7", shared: false });
  expect(resolve("203.0.113.7", "198.51.100.1", ["10.0.0.1"]).address).toBe("203.0.113.7");
});

test("behind declared proxies the right-most address that is none of them is the visitor", () => {
  const trusted = ["10.0.0.1", "10.0.0.2"];
  expect(resolve("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", trusted)).toEqual({
    address: "198.51.100.1",
    shared: false,
  });
});

test("a declared proxy that forwards nothing readable stands for many visitors", () => {
  expect(resolve("10.0.0.1", null, ["10.0.0.1"])).toEqual({ address: "10.0.0.1", shared: true });
  expect(resolve("10.0.0.1", "1.2.3.4, garbage", ["10.0.0.1"]).address).toBe("10.0.0.1");
});

test("an undeclared loopback peer and an unknown peer stand for many visitors", () => {
  expect(resolve("127.0.0.1", "1.2.3.4")).toEqual({ address: "127.0.0.1", shared: true });
  expect(resolve("::1", null).shared).toBe(true);
  expect(resolve(null, "1.2.3.4")).toEqual({ address: null, shared: true });
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1:443", "192.0.2.1"],
  ["[2001:DB8::1]:443", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  [" 192.0.2.1 ", "192.0.2.1"],
  ["999.0.0.1", null],
  ["unknown", null],
  ["", null],
])("an address has one spelling: %s", (given, expected) => {
  expect(normalizeAddress(given)).toBe(expected);
});

test.each([
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
])("IPv6 is counted by its /64, so that one customer is one visitor: %s", (given, expected) => {
  expect(addressBlock(given)).toBe(expected);
});
