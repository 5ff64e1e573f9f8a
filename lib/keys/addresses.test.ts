import fc from "fast-check";
import { expect, test } from "vitest";
import { addressBlockContains, parseAddress } from "@/lib/keys/addresses";

const normal = (text: string) => {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.value : null;
};

test.each([
  ["203.0.113.7", "203.0.113.7"],
  [" 203.0.113.7 ", "203.0.113.7"],
  ["203.0.113.7/24", "203.0.113.0/24"],
  ["203.0.113.7/32", "203.0.113.7"],
  ["255.255.255.255/1", "128.0.0.0/1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["2001:db8::1/128", "2001:db8::1"],
  ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["::ffff:cb00:7107", "203.0.113.7"],
  ["::ffff:203.0.113.7/120", "203.0.113.0/24"],
])("%s is kept as %s", (text, kept) => {
  expect(normal(text)).toBe(kept);
});

test.each([
  "",
  "localhost",
  "203.0.113",
  "203.0.113.256",
  "010.0.0.1",
  "0x7f.1",
  "127.1",
  "2130706433",
  "203.0.113.7/33",
  "203.0.113.7/-1",
  "203.0.113.7/024",
  "203.0.113.7/24/24",
  "203.0.113.7/",
  "fe80::1%eth0",
  "2001:db8::/129",
  "1.2.3.4, 5.6.7.8",
  "https://203.0.113.7",
])("%j is no address", (text) => {
  expect(parseAddress(text)).toMatchObject({ ok: false });
});

test.each(["0.0.0.0/0", "203.0.113.7/0", "::/0", "::ffff:0:0/96"])(
  "%s is refused, because it would allow every address",
  (text) => {
    expect(parseAddress(text)).toEqual({ ok: false, problem: expect.stringMatching(/every/) });
  },
);

const ipv4 = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 })).map((parts) => parts.join("/"));
const ipv6 = fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 })).map((parts) => parts.join("/"));
const block = fc.oneof(ipv4, ipv6);

test("normal form is reached in one step, and names the same block", () => {
  fc.assert(
    fc.property(block, (text) => {
      const once = normal(text);
      fc.pre(once !== null);
      expect(normal(once ?? "")).toBe(once);
      expect(addressBlockContains(text, once ?? "")).toBe(true);
      expect(addressBlockContains(once ?? "", text)).toBe(true);
    }),
  );
});

/** The bits of an IPv4 block as text: one block contains another exactly if it is a prefix of it. */
function bitsOf(text: string): string {
  const [host = "", length] = text.split("/");
  const bits = host
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return bits.slice(0, Number(length ?? 32));
}

test("one block contains another exactly if its bits are the start of the other's", () => {
  const near = fc
    .tuple(fc.constantFrom("10.0.0.0", "10.0.1.9", "10.1.0.3"), fc.integer({ min: 1, max: 32 }))
    .map((parts) => parts.join("/"));
  fc.assert(
    fc.property(near, near, (outer, inner) => {
      expect(addressBlockContains(outer, inner)).toBe(bitsOf(inner).startsWith(bitsOf(outer)));
    }),
  );
});

test("IPv4 and IPv6 don't contain each other, but for addresses carried inside", () => {
  expect(addressBlockContains("::/1", "10.0.0.1")).toBe(false);
  expect(addressBlockContains("128.0.0.0/1", "8000::1")).toBe(false);
  expect(addressBlockContains("10.0.0.0/8", "::ffff:10.1.2.3")).toBe(true);
  expect(addressBlockContains("10.0.0.0/8", "unknown")).toBe(false);
});
