import { expect, test } from "vitest";
import { findSigningTime, isSignatureFresh, signEvent } from "@/lib/billing/signature";

const secret = "a-secret-of-the-tests-with-32-chars";
const body = Buffer.from('{"id":"evt_1","type":"payment.succeeded"}');
const at = new Date("2026-11-21T12:00:00Z");
const header = signEvent(secret, body, at);
const signature = header.split("v1=")[1] ?? "";

test("a genuine signature tells when it was made", () => {
  expect(findSigningTime(secret, body, header)).toEqual(at);
});

test("one genuine signature among several is enough, while a secret is being changed", () => {
  const zeros = "0".repeat(64);
  expect(
    findSigningTime(secret, body, `t=${at.getTime() / 1_000},v1=${zeros},v1=${signature}`),
  ).toEqual(at);
  expect(findSigningTime(secret, body, `${header},v1=${zeros}`)).toEqual(at);
});

test.each([
  ["none", null],
  ["empty", ""],
  ["garbage", "garbage"],
  ["no time", `v1=${signature}`],
  ["no signature", `t=${at.getTime() / 1_000}`],
  ["only v0", header.replace("v1=", "v0=")],
  ["another time", header.replace(/t=\d+/, `t=${at.getTime() / 1_000 + 1}`)],
  ["two times", `t=1,${header}`],
  ["a time that is no number", header.replace(/t=\d+/, "t=1e9")],
  ["a signature cut short", header.slice(0, -1)],
  ["a signature in capitals", header.replace(signature, signature.toUpperCase())],
  ["the secret of somebody else", signEvent("another-secret-with-32-characters!!", body, at)],
  ["thousands of signatures", `${header}${`,v1=${signature}`.repeat(2_000)}`],
])("a header with %s is refused", (_name, given) => {
  expect(findSigningTime(secret, body, given)).toBeNull();
});

test("one added space in the body breaks the signature", () => {
  expect(findSigningTime(secret, Buffer.concat([body, Buffer.from(" ")]), header)).toBeNull();
});

test.each([
  [0, true],
  [300, true],
  [-300, true],
  [301, false],
  [-301, false],
])("an event signed %i s from now is fresh: %s", (seconds, isFresh) => {
  expect(isSignatureFresh(new Date(at.getTime() + seconds * 1_000), at)).toBe(isFresh);
});
