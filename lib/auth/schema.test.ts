import { expect, test } from "vitest";
import { Email, SignIn, SignUp } from "@/lib/auth/schema";

test.each([
  ["ada@example.com", "ada@example.com"],
  ["  Ada@Example.COM ", "ada@example.com"],
  ["ada+tag@example.com", "ada+tag@example.com"],
  ["a.d.a@sub.example.co", "a.d.a@sub.example.co"],
  ["o'neil@example.com", "o'neil@example.com"],
  ["ada@xn--mnchen-3ya.xn--p1ai", "ada@xn--mnchen-3ya.xn--p1ai"],
])("an address is kept in one spelling, tags and dots included: %s", (given, expected) => {
  expect(Email.parse(given)).toBe(expected);
});

test.each([
  [""],
  ["ada"],
  ["ada@"],
  ["@example.com"],
  ["ada@localhost"],
  ['"a@evil.com"@victim.com'],
  ["a@evil.com@victim.com"],
  ["a@victim.com\r\nBcc: x@y.test"],
  ["a@victim.com,b@victim.com"],
  ["a b@victim.com"],
  ["<a@victim.com>"],
  ["a@victim.com\u0000"],
  [".a@victim.com"],
  ["a..b@victim.com"],
  ["a@-victim.com"],
  ["a@victim..com"],
  ["a@[127.0.0.1]"],
  ["аda@example.com"],
  ["a\u200Bda@example.com"],
  [`${"a".repeat(65)}@example.com`],
  [
    `a@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(60)}.${"f".repeat(20)}.com`,
  ],
  [`${"a".repeat(100_000)}@example.com`],
  [7],
])("what isn't a plain address is refused in words: %j", (given) => {
  expect(Email.safeParse(given).error?.issues[0]?.message).toMatch(/^Enter /);
});

const person = { name: "Ada", email: "ada@example.com" };

test.each([
  ["12 spaces and emoji", "🔑 ".repeat(6)],
  ["64 characters", "x".repeat(64)],
  ["256 characters", "y".repeat(256)],
  ["256 emoji", "🎉".repeat(256)],
  ["only lower-case letters", "plumberswaltz"],
])("a new password has no rules of composition: %s", (_label, password) => {
  expect(SignUp.parse({ ...person, password }).password).toBe(password);
});

test.each([
  ["missing", undefined],
  ["empty", ""],
  ["11 characters", "x".repeat(11)],
  ["6 emoji, though 12 units", "🎉".repeat(6)],
  ["257 characters", "x".repeat(257)],
  ["10,000 characters", "x".repeat(10_000)],
])("a new password has 12 to 256 code points: %s is refused", (_label, password) => {
  expect(SignUp.safeParse({ ...person, password }).success).toBe(false);
});

test("a given password is compared as typed, but one that is too long to be ours is refused", () => {
  expect(SignIn.parse({ email: "ada@example.com", password: " x " }).password).toBe(" x ");
  const long = { email: "ada@example.com", password: "x".repeat(10_000) };
  expect(SignIn.safeParse(long).success).toBe(false);
});

test("a strange callback is never the user's error", () => {
  const given = { email: "ada@example.com", password: "x", callbackUrl: ["/a", "/b"] };
  expect(SignIn.parse(given).callbackUrl).toBe("");
});
