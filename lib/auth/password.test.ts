import { expect, test } from "vitest";
import { findPasswordProblem, hashPassword, verifyPassword } from "@/lib/auth/password";

const owner = { name: "Ada Lovelace", email: "ada.l@engines.example" };

test("a password opens what it was hashed for and nothing else", async () => {
  const passwordHash = await hashPassword("plumbers waltz slowly");
  expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword("plumbers waltz slowly", passwordHash)).toBe(true);
  expect(await verifyPassword("plumbers waltz slowly ", passwordHash)).toBe(false);
  expect(await verifyPassword("Plumbers waltz slowly", passwordHash)).toBe(false);
});

test("the same keys on another keyboard give the same password", async () => {
  const passwordHash = await hashPassword("cafe\u0301 am Flughafen");
  expect(await verifyPassword("caf\u00e9 am Flughafen", passwordHash)).toBe(true);
});

test("an account without a password is never opened, and costs the same work", async () => {
  const started = performance.now();
  expect(await verifyPassword("whatever it may be", null)).toBe(false);
  expect(performance.now() - started).toBeGreaterThan(2);
});

test("ten thousand characters never reach argon2", async () => {
  const endless = "x".repeat(10_000);
  await expect(hashPassword(endless)).rejects.toThrow(RangeError);
  expect(await verifyPassword(endless, "not even a hash")).toBe(false);
});

test.each([
  ["🔑 ".repeat(6)],
  ["x".repeat(64)],
  ["y".repeat(256)],
  ["correct horse battery staple"],
  ["plumberswaltz"],
  ["Tr0ub4dor&3 zebra"],
  ["the password is a zebra in snow"],
  ["lovelace wrote the first program"],
  ["密码不应该太短所以这里有很多字"],
  ["kQ8#vZp2!mWx"],
])("a password of one's own is taken: %s", (password) => {
  expect(findPasswordProblem(password, owner)).toBeNull();
});

test.each([
  ["123456789012"],
  ["password1234"],
  ["Password1234!"],
  ["P@ssw0rd2024!!"],
  ["passwordpassword"],
  ["qwertyuiop123"],
  ["QwertyUiop[]"],
  ["letmein-letmein"],
  ["welcome-2024-!"],
  ["administrator"],
  ["correcthorsebatterystaple"],
  ["aaaaaaaaaaaa"],
  ["iloveyou!!!!!"],
  ["ｐａｓｓｗｏｒｄ１２３４"],
])("a common password is refused, however it is dressed: %s", (password) => {
  expect(findPasswordProblem(password, owner)).toMatch(/common|guess/);
});

test.each([
  ["ada.l@engines.example"],
  ["adalovelace1815"],
  ["Lovelace-Ada-1"],
  ["engines.example"],
  ["gatehouse-2026"],
  ["Gatehouse-Ada!!"],
  ["lovelace-password-1"],
])("a password made of the account's or the brand's words is refused: %s", (password) => {
  expect(findPasswordProblem(password, owner)).toMatch(/guess/);
});

test("a wrong length is named before anything else is done", () => {
  expect(findPasswordProblem("short", owner)).toBe("Use 12 to 256 characters.");
  expect(findPasswordProblem("x".repeat(257), owner)).toBe("Use 12 to 256 characters.");
  expect(findPasswordProblem("x".repeat(1_000_000), owner)).toBe("Use 12 to 256 characters.");
});
