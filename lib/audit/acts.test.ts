import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ActGroup, actGroups, operatorActGroups } from "@/lib/audit/act-groups";
import { actionsIn, actSentence, auditActions } from "@/lib/audit/acts";
import { permissionNames } from "@/lib/permissions";

const root = join(import.meta.dirname, "..", "..");

/** What is in the product's own source: TypeScript and the database's functions, without tests. */
function* sources(): Generator<{ file: string; text: string }> {
  for (const folder of ["app", "lib", "db"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.(?:tsx?|sql)$/.test(name) || /\.test\.|testing\//.test(name)) continue;
      const file = join(folder, name);
      yield { file, text: readFileSync(join(root, file), "utf8") };
    }
  }
}

const nouns = new Set(auditActions.map((action) => action.split(".")[0]));

/** What may be done is called after the same nouns. */
function isPermission(name: string): boolean {
  return permissionNames.some((one) => one === name);
}

/** Names of acts as the source writes them: beside `action`, or of a noun that acts have. */
function* actionsWritten(text: string): Generator<string> {
  for (const [, action = ""] of text.matchAll(/\baction:\s*["'`]([a-z_]+\.[a-z_]+)["'`]/g)) {
    yield action;
  }
  for (const [, action = "", noun = ""] of text.matchAll(/["'](([a-z_]+)\.[a-z_]+)["']/g)) {
    if (isPermission(action)) continue;
    if (nouns.has(noun) && /recordA|auditKey|audit_log|auditLog/.test(text)) yield action;
  }
  for (const [insert] of text.matchAll(/insert into audit_log[\s\S]*?;/g)) {
    for (const [, action = ""] of insert.matchAll(/'([a-z_]+\.[a-z_]+)'/g)) yield action;
  }
}

test("P20 every act that is recorded anywhere, also by the database itself, has a sentence", () => {
  const written = new Map<string, string>();
  for (const { file, text } of sources()) {
    for (const action of actionsWritten(text)) written.set(action, file);
  }
  expect(written.get("api_key.secret_activated")).toMatch(/\.sql$/);
  expect(written.size).toBeGreaterThan(40);
  const known = new Set(auditActions);
  expect([...written].filter(([action]) => !known.has(action))).toEqual([]);
});

test("each act is a sentence of its own, whatever its details are, and of one group", () => {
  const details = [{}, null, 7, "x", [], { name: 5, from: [], amountCents: "9", reason: {} }];
  for (const action of auditActions) {
    for (const one of details) {
      expect(actSentence(action, one)).toMatch(/^[A-Z][^_{}[\]]+[^.: ]$/);
    }
  }
  const groups = Object.keys({ ...actGroups, ...operatorActGroups }).flatMap((group) =>
    actionsIn(group as ActGroup),
  );
  expect(groups.sort()).toEqual([...auditActions].sort());
});

test("K07 text of strangers stays text, on one line", () => {
  const name = "<b>x</b>\r\nRevoked the key “Y”";
  expect(actSentence("api_key.created", { name })).toBe(
    "Created the key “<b>x</b> Revoked the key “Y””",
  );
  for (const action of ["__proto__", "constructor", "made.up_later"]) {
    expect(actSentence(action, {})).toBe(action.replace(/[._]/g, " "));
  }
});

test.each([
  [
    "api_key.updated",
    { name: "A", "scopes.from": ["admin"], "scopes.to": ["read"], "capDay.to": "5" },
    "Changed the key “A”: scopes, spend cap",
  ],
  [
    "api_key.revoked",
    { name: "A", reason: "exposed" },
    "Revoked the key “A” because it was seen in public",
  ],
  [
    "top_up.started",
    { amountCents: 2500, kind: "auto" },
    "An automatic top-up of $25.00 was started",
  ],
  ["top_up.refunded", { amountNanos: "2500000000" }, "A top-up of $2.50 was refunded"],
  ["workspace.renamed", { name: "Acme" }, "Renamed the workspace to “Acme”"],
  [
    "workspace.plan_changed",
    { from: "standard", to: "pro" },
    "Changed the plan from standard to pro",
  ],
  [
    "workspace.plan_changed",
    { from: "standard", to: "enterprise", reason: "Contract signed" },
    "Changed the plan from standard to enterprise: Contract signed",
  ],
  [
    "balance.adjusted",
    { amountNanos: "-1250000000", reason: "Granted twice" },
    "Took $1.25 out of the balance: Granted twice",
  ],
  [
    "balance.adjusted",
    { amountNanos: "1250000000", reason: "Lost" },
    "Added $1.25 to the balance: Lost",
  ],
  [
    "credit_code.created",
    { hint: "1K37", amountNanos: "7000000000", usesMax: 1 },
    "Made the credit code …1K37 for $7.00",
  ],
  ["credit_code.disabled", { hint: "1K37" }, "Disabled the credit code …1K37"],
  [
    "model_price.set",
    { name: "gpt-4", input: "28.5", output: "0.0375", from: "2027-01-01T00:00:00.000Z" },
    "Set the price of gpt-4 from 2027-01-01 00:00 UTC on: $28.50 in, $0.0375 out",
  ],
  ["low_balance_alert.changed", { alertCents: null }, "Switched the low-balance alert off"],
])("%s reads: %s", (action, details, sentence) => {
  expect(actSentence(action, details)).toBe(sentence);
});
