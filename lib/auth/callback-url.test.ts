import { expect, test } from "vitest";
import { safeCallbackPath, signInPath } from "@/lib/auth/callback-url";

const own = ["https://app.example.com"];

test.each([
  ["/keys", "/keys"],
  ["/usage?range=7d&group=key", "/usage?range=7d&group=key"],
  ["/usage?q=a%20b", "/usage?q=a%20b"],
  ["/keys/../billing", "/billing"],
  ["/keys#top", "/keys"],
  ["/naïve", "/na%C3%AFve"],
  ["https://app.example.com/keys?new=1", "/keys?new=1"],
  ["/usage?next=https://evil.test", "/usage?next=https://evil.test"],
  ["/usage?q=%0d%0aSet-Cookie:x=1", "/usage?q=%0d%0aSet-Cookie:x=1"],
])("a page of ours is honoured, written anew: %s", (given, expected) => {
  expect(safeCallbackPath(given, own)).toBe(expected);
});

test.each([
  "https://evil.test",
  "https://evil.test/keys",
  "//evil.test",
  "///evil.test",
  "/\\evil.test",
  "\\\\evil.test",
  "/%09/evil.test",
  "/%2F/evil.test",
  "/%5cevil.test",
  "/\t/evil.test",
  "\t//evil.test",
  "/x/..//evil.test",
  "/.//evil.test",
  "http:evil.test",
  "https:/evil.test",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://app@evil.test",
  "https://app.example.com@evil.test",
  "https://user:pw@app.example.com/keys",
  "https://app.evil.test",
  "https://app.example.com.evil.test",
  "http://app.example.com/keys",
  "http://callback.invalid/keys",
  "/%0d%0aSet-Cookie:x=1",
  "/a\r\nSet-Cookie: x=1",
  "%",
  "/%",
  "keys",
  "?a=1",
  "",
  `/${"a".repeat(8_192)}`,
])("anything else leads to the overview: %j", (given) => {
  expect(safeCallbackPath(given, own)).toBe("/overview");
});

test.each([[undefined], [null], [["/keys", "/billing"]], [7]])(
  "what isn't text leads to the overview",
  (given) => {
    expect(safeCallbackPath(given, own)).toBe("/overview");
  },
);

test("the answer never leaves the origin, however it is resolved", () => {
  for (const given of ["/.//evil.test", "/x/..//evil.test", "//evil.test", "/keys//x"]) {
    const target = new URL(safeCallbackPath(given, own), "https://app.example.com");
    expect(target.origin).toBe("https://app.example.com");
  }
});

test("the sign-in page is told where to return, unless that is where it leads anyway", () => {
  expect(signInPath("/usage?range=7d")).toBe("/sign-in?callbackUrl=%2Fusage%3Frange%3D7d");
  expect(signInPath("/overview")).toBe("/sign-in");
  expect(signInPath("//evil.test")).toBe("/sign-in");
  expect(signInPath(null)).toBe("/sign-in");
});
