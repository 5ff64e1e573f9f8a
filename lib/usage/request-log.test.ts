import { expect, test } from "vitest";
import { instantOf, logQueryText, logSpan, parseMark, readLogState } from "@/lib/usage/request-log";

const blank = readLogState(new URLSearchParams());

test("K13 an address of nonsense is the default one", () => {
  const nonsense = new URLSearchParams([
    ["status", "9"],
    ["status", "4xx"],
    ["key", "key_%00"],
    ["model", "a\u0000b"],
    ["endpoint", "x".repeat(300)],
    ["env", "prod"],
    ["range", "1y"],
    ["from", "yesterday"],
    ["to", "2026-01-01"],
    ["tz", "Mars/Base"],
    ["live", "yes"],
    ["before", "1".repeat(200)],
    ["request", "r".repeat(100)],
  ]);
  expect(readLogState(nonsense)).toEqual(blank);
  expect(logQueryText(blank)).toBe("");
});

test("a state and its address are the same", () => {
  const text =
    "status=429&model=a%2Fb&range=custom&from=2026-11-01T10%3A00&tz=Europe%2FBerlin&live=1";
  expect(logQueryText(readLogState(new URLSearchParams(text)))).toBe(text);
});

test.each(["", "x", "1-", "-req_a", "1 -req_a", "12345678901234567-req_a", "1-a b", "1-'"])(
  "the mark %j is none",
  (text) => expect(parseMark(text)).toBeNull(),
);

test.each([
  ["UTC", "2026-11-21T14:05", "2026-11-21T14:05:00.000Z"],
  ["Europe/Berlin", "2026-07-01T00:00", "2026-06-30T22:00:00.000Z"],
  ["Asia/Kathmandu", "2026-01-01T00:00", "2025-12-31T18:15:00.000Z"],
  ["Pacific/Kiritimati", "2026-01-01T00:00", "2025-12-31T10:00:00.000Z"],
  ["Pacific/Niue", "2026-01-01T00:00", "2026-01-01T11:00:00.000Z"],
  // Comes twice in autumn: the first counts. Is skipped in spring: read as if it weren't.
  ["Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
  ["Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
])("in %s the clock shows %s at %s", (zone, local, at) => {
  expect(instantOf(zone, local)?.toISOString()).toBe(at);
});

test.each(["2026-02-30T10:00", "2026-13-01T10:00", "2026-01-01T24:10", "0000-01-01T00:00"])(
  "%s is no time",
  (local) => expect(instantOf("UTC", local)).toBeNull(),
);

test("a custom span holds the minutes that it names, and may be open at either end", () => {
  const state = { ...blank, range: "custom" as const, tz: "UTC" };
  const now = new Date("2026-11-21T12:00:00Z");
  expect(
    logSpan({ ...state, from: "2026-11-20T10:00", to: "2026-11-20T10:00" }, now, "UTC"),
  ).toEqual({
    from: new Date("2026-11-20T10:00:00Z"),
    until: new Date("2026-11-20T10:01:00Z"),
  });
  expect(logSpan({ ...state, to: "2026-02-30T10:00" }, now, "UTC")).toEqual({
    from: null,
    until: null,
  });
});
