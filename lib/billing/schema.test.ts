import { expect, test } from "vitest";
import { parseDollars } from "@/lib/billing/amounts";
import { StartTopUp } from "@/lib/billing/schema";

const formNonce = "0123456789abcdef";

test.each([
  0,
  -5,
  4.99,
  0.1 + 0.2,
  499,
  1_000_001,
  2_500.5,
  "5",
  "5e3",
  "５",
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  10_000.01,
  2_500n,
  null,
  undefined,
  [2_500],
  { value: 2_500 },
  true,
])("the amount %s is refused", (amountCents) => {
  expect(StartTopUp.safeParse({ amountCents, formNonce }).success).toBe(false);
});

test.each([500, 2_500, 1_000_000])("%i cents are accepted", (amountCents) => {
  expect(StartTopUp.parse({ amountCents, formNonce })).toEqual({ amountCents, formNonce });
});

test.each(["eur", "usd ", "USD\u0000", "", 1])("the currency %j is refused", (currency) => {
  expect(StartTopUp.safeParse({ amountCents: 500, formNonce, currency }).success).toBe(false);
});

test("addresses to return to are dropped, whatever they are", () => {
  const sent = {
    amountCents: 500,
    formNonce,
    successUrl: "https://evil.example",
    callbackUrl: "x",
  };
  expect(StartTopUp.parse(sent)).toEqual({ amountCents: 500, formNonce });
});

test.each([
  ["25", 2_500],
  ["$25.50", 2_550],
  ["25.5", 2_550],
  [" 1,250 ", 125_000],
  ["10000", 1_000_000],
  ["0.1", 10],
])("%j is read as %i cents", (text, cents) => {
  expect(parseDollars(text)).toBe(cents);
});

test.each(["", "abc", "1e3", "5.001", "-5", "５", "1,00", "12,3456", "0x10", "5."])(
  "%j isn't an amount",
  (text) => {
    expect(parseDollars(text)).toBeNull();
  },
);
