import { expect, test } from "vitest";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";
import { readEnv } from "@/lib/env";

const source: NodeJS.ProcessEnv = {
  NODE_ENV: "test",
  DATABASE_URL: "postgres://localhost/x",
  AUTH_SECRET: "0123456789abcdef0123456789abcdef",
  PORT: "3100",
};

test("a configured origin is the only one", () => {
  const env = readEnv({ ...source, APP_ORIGIN: "https://console.example.com/" });
  expect(ownOrigins(env)).toEqual(["https://console.example.com"]);
});

test("without a configured origin the loopback names of the port are ours, and no other port", () => {
  const own = ownOrigins(readEnv(source));
  expect(own).toEqual(["http://localhost:3100", "http://127.0.0.1:3100", "http://[::1]:3100"]);
  expect(isOwnOrigin({ origin: "http://localhost:3101", secFetchSite: null }, own)).toBe(false);
});

test.each([
  ["own origin", "https://app.example.com", "same-origin", true],
  ["own origin, browser without fetch metadata", "https://app.example.com", null, true],
  ["no origin", null, "same-origin", false],
  ["no origin, no metadata", null, null, false],
  ["opaque origin", "null", null, false],
  ["empty origin", "", null, false],
  ["own origin, but cross-site", "https://app.example.com", "cross-site", false],
  ["another origin", "https://evil.test", null, false],
  ["own name as a prefix", "https://app.example.com.evil.test", null, false],
  ["own name as credentials", "https://app.example.com@evil.test", null, false],
  ["a sibling on the same site", "https://other.example.com", "same-site", false],
  ["another scheme", "http://app.example.com", null, false],
])("a request may act only from our own pages: %s", (_label, origin, secFetchSite, expected) => {
  expect(isOwnOrigin({ origin, secFetchSite }, ["https://app.example.com"])).toBe(expected);
});

test("the headers are read from a Headers object", () => {
  const headers = new Headers({ origin: "https://a.test", "sec-fetch-site": "none" });
  expect(provenanceOf(headers)).toEqual({ origin: "https://a.test", secFetchSite: "none" });
});
