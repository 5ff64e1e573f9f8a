import { expect, test } from "vitest";
import { findRisks, type KeyForSafety, urgencyOf } from "@/lib/keys/safety";
import type { KeyScope } from "@/lib/keys/terms";
import { addMs, dayMs, hourMs } from "@/lib/time";

const now = new Date("2026-11-21T12:00:00Z");
const ago = (days: number) => addMs(now, -days * dayMs);

/** A key with nothing to mend. */
const safe: KeyForSafety = {
  id: "key_1",
  environment: "live",
  scopes: ["read"],
  caps: { day: null, week: null, month: 100n, total: null },
  expiresAt: addMs(now, 30 * dayMs),
  createdAt: ago(60),
  lastUsedAt: ago(1),
  rotationDueAt: addMs(now, dayMs),
  rotationDeadlineAt: null,
  oldSecret: null,
  newSecret: null,
  usedScopes: ["read"],
  scopesBefore: ["read"],
};

const risksOf = (change: Partial<KeyForSafety>) => findRisks({ ...safe, ...change }, now);
const kindsOf = (change: Partial<KeyForSafety>) => risksOf(change).map(({ kind }) => kind);
const uncapped = { day: null, week: null, month: null, total: null };

test("a key with a cap and an end, in use, and no broader than that, is in order", () => {
  expect(kindsOf({})).toEqual([]);
});

test("no cap is told of live keys only: a test key's requests cost nothing", () => {
  expect(kindsOf({ caps: uncapped })).toEqual(["uncapped"]);
  expect(kindsOf({ caps: uncapped, environment: "test" })).toEqual([]);
  expect(kindsOf({ caps: { ...uncapped, total: 0n } })).toEqual([]);
});

test("never expiring is told, and weighs less in the sandbox", () => {
  const [live] = risksOf({ expiresAt: null });
  const [sandbox] = risksOf({ expiresAt: null, environment: "test" });
  expect([live?.kind, sandbox?.kind]).toEqual(["endless", "endless"]);
  expect(live?.weight).toBeGreaterThan(sandbox?.weight ?? 0);
});

test("idle is ninety days without use, or since it was made where there was none", () => {
  expect(kindsOf({ lastUsedAt: addMs(ago(90), -1) })).toEqual(["idle"]);
  expect(kindsOf({ lastUsedAt: addMs(ago(90), 1) })).toEqual([]);
  expect(kindsOf({ lastUsedAt: null, createdAt: ago(91), usedScopes: null })).toEqual(["idle"]);
  expect(kindsOf({ lastUsedAt: null, createdAt: ago(89), usedScopes: null })).toEqual([]);
});

const broad = (held: KeyScope[], used: KeyScope[] | null, before: KeyScope[] | null = held) =>
  risksOf({ scopes: held, usedScopes: used, scopesBefore: before }).map((risk) =>
    risk.kind === "broad" ? [risk.unused, risk.narrowTo] : [],
  );

test.each([
  ["admin that only reads", broad(["admin"], ["read"]), [[["admin"], ["read"]]]],
  [
    "admin that reads and writes",
    broad(["admin"], ["read", "write"]),
    [[["admin"], ["read", "write"]]],
  ],
  ["admin beside read, only reading", broad(["read", "admin"], ["read"]), [[["admin"], ["read"]]]],
  ["admin that manages keys", broad(["admin"], ["read", "admin"]), []],
  ["read and write that only reads", broad(["read", "write"], ["read"]), [[["write"], ["read"]]]],
  ["read and write that only writes", broad(["read", "write"], ["write"]), [[["read"], ["write"]]]],
  ["read and write in use", broad(["read", "write"], ["read", "write"]), []],
  ["nothing used for thirty days", broad(["admin"], null), []],
  ["only calls about itself", broad(["admin"], []), [[["admin"], ["read"]]]],
  ["calls about itself, and no read to keep", broad(["write", "webhook"], []), []],
  ["younger than thirty days", broad(["admin"], ["read"], null), []],
  ["widened within thirty days", broad(["read", "write"], ["read"], ["read"]), []],
  [
    "narrowed from admin within thirty days",
    broad(["read", "write"], ["read"], ["admin"]),
    [[["write"], ["read"]]],
  ],
  ["tried what it may not", broad(["read"], ["read", "write"]), []],
])("broader than used: %s", (_name, found, expected) => {
  expect(found).toEqual(expected);
});

test("an overdue rotation is told until somebody begins it", () => {
  const due = { rotationDueAt: ago(1), rotationDeadlineAt: addMs(now, 6 * dayMs) };
  expect(kindsOf(due)).toEqual(["overdue"]);
  expect(kindsOf({ ...due, newSecret: { last4: "abcd", createdAt: ago(1) } })).toEqual([]);
  expect(kindsOf({ rotationDueAt: null })).toEqual([]);
});

test("an old secret is told once nobody has used it for a day since the change-over", () => {
  const old = {
    last4: "3f9c",
    retiresAt: addMs(now, dayMs),
    activatedAt: ago(2),
    lastUsedAt: ago(3),
  };
  expect(kindsOf({ oldSecret: old })).toEqual(["secrets"]);
  expect(kindsOf({ oldSecret: { ...old, lastUsedAt: addMs(now, -hourMs) } })).toEqual([]);
  expect(kindsOf({ oldSecret: { ...old, activatedAt: addMs(now, -hourMs) } })).toEqual([]);
  expect(kindsOf({ newSecret: { last4: "9aXz", createdAt: ago(8) } })).toEqual(["secrets"]);
  expect(kindsOf({ newSecret: { last4: "9aXz", createdAt: ago(6) } })).toEqual([]);
});

test("the worst comes first, among a key's risks and among keys", () => {
  const all = risksOf({
    scopes: ["admin"],
    scopesBefore: ["admin"],
    caps: uncapped,
    expiresAt: null,
    rotationDueAt: ago(1),
  });
  expect(all.map(({ kind }) => kind)).toEqual(["broad", "uncapped", "overdue", "endless"]);
  const urgencies = [
    all,
    risksOf({ scopes: ["admin"], scopesBefore: ["admin"] }),
    risksOf({ caps: uncapped, expiresAt: null }),
    risksOf({ caps: uncapped }),
    risksOf({ expiresAt: null, environment: "test" }),
  ].map(urgencyOf);
  expect(urgencies).toEqual([...urgencies].sort((a, b) => b - a));
  expect(new Set(urgencies).size).toBe(urgencies.length);
});
