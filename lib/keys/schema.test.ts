import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CreateKey, KeyListQuery, RenameKey, RevokeKey } from "@/lib/keys/schema";

const good = {
  name: "Production",
  environment: "live",
  scopes: ["read"],
  expiry: { kind: "days", days: 90 },
  nonce: "0123456789abcdef0123456789abcdef",
};
const isAccepted = (change: object) => CreateKey.safeParse({ ...good, ...change }).success;

describe("creating a key", () => {
  test.each([
    "",
    "   ",
    "x".repeat(65),
    "x".repeat(10_000),
    "a\u202eb",
    "\u200b",
    "a\r\nb",
    7,
    null,
  ])("refuses the name %j", (name) => expect(isAccepted({ name })).toBe(false));

  test.each([
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE api_keys;--",
    `$\{jndi:ldap://x}`,
    "{{7*7}}",
    "%s%n",
    "../../etc",
    "👩‍👩‍👧‍👦".repeat(64),
  ])("takes the name %j as it is", (name) => {
    expect(CreateKey.parse({ ...good, name }).name).toBe(name);
  });

  test.each([[[]], [["*"]], [["__proto__"]], ["read"], [["read", "root"]], [[["read"]]], [null]])(
    "refuses the scopes %j",
    (scopes) => expect(isAccepted({ scopes })).toBe(false),
  );

  test("stores scopes once each and in one order, however they were sent", () => {
    const { scopes } = CreateKey.parse({ ...good, scopes: ["webhook", "read", "read"] });
    expect(scopes).toEqual(["read", "webhook"]);
  });

  test.each(["production", "LIVE", "", null, ["live"]])("refuses the environment %j", (value) => {
    expect(isAccepted({ environment: value })).toBe(false);
  });

  test.each([
    null,
    "tomorrow",
    -1,
    "+275760-09-13T00:00:00.000Z",
    { kind: "days", days: 0 },
    { kind: "days", days: 91 },
    { kind: "days", days: "90" },
    { kind: "day", day: "" },
    { kind: "day", day: "tomorrow" },
    { kind: "day", day: "2027-02-30" },
    { kind: "day", day: "+275761-01-01" },
    { kind: "day", day: 1_800_000_000_000 },
    { kind: "forever" },
  ])("refuses the expiry %j", (expiry) => expect(isAccepted({ expiry })).toBe(false));

  test("refuses a form without its nonce", () => {
    expect(isAccepted({ nonce: undefined })).toBe(false);
    expect(isAccepted({ nonce: "" })).toBe(false);
  });
});

test.each([
  1,
  ["key_01kah5v3zq8m2n4c6d7e8f9gab"],
  { id: "x" },
  "k".repeat(4_096),
  "' OR 1=1",
  null,
])("an id %j is refused before any look-up", (id) => {
  expect(RevokeKey.safeParse({ id }).success).toBe(false);
  expect(RenameKey.safeParse({ id, name: "x" }).success).toBe(false);
});

test("any address yields a list, never an error", () => {
  expect(KeyListQuery.parse({})).toEqual({
    search: "",
    status: "all",
    environment: "all",
    sort: "created",
  });
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", "-1", "\u0000", undefined, ["a", "b"]),
  );
  fc.assert(
    fc.property(
      fc.record({ search: value, status: value, environment: value, after: value, before: value }),
      (params) => {
        const query = KeyListQuery.parse(params);
        expect(query.search.length).toBeLessThanOrEqual(300);
        expect(query.search).not.toContain("\u0000");
      },
    ),
  );
});
