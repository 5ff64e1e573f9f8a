import { describe, expect, test } from "vitest";
import { AddressAllowlist, CapAmount, KeyCaps, ModelAllowlist } from "@/lib/keys/limits";
import { keyPresets } from "@/lib/keys/presets";
import { CreateKey, ExtendGrace, RotateKey, UpdateKey } from "@/lib/keys/schema";

const id = "key_01kah5v3zq8m2n4c6d7e8f9gab";
const form = {
  name: "A",
  environment: "live",
  scopes: ["read"],
  expiry: { kind: "never" },
  nonce: "0123456789abcdef",
};

test("lists drop what they hold twice, after it is in normal form", () => {
  expect(AddressAllowlist.parse(["10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1/32"])).toEqual([
    "10.0.0.1",
  ]);
  expect(ModelAllowlist.parse(["gpt-4", " gpt-4", "gpt-*"])).toEqual(["gpt-4", "gpt-*"]);
});

test("an empty list stays a list, because it allows none; null is no list", () => {
  expect(CreateKey.parse({ ...form, modelAllowlist: [] }).modelAllowlist).toEqual([]);
  expect(CreateKey.parse({ ...form, modelAllowlist: null }).modelAllowlist).toBeNull();
  expect(CreateKey.parse(form).modelAllowlist).toBeUndefined();
});

test.each([
  [{ modelAllowlist: "gpt-4" }],
  [{ modelAllowlist: ["*gpt"] }],
  [{ modelAllowlist: ["g*t"] }],
  [{ modelAllowlist: [""] }],
  [{ modelAllowlist: ["a\u0000b"] }],
  [{ modelAllowlist: Array.from({ length: 51 }, (_, i) => `m-${i}`) }],
  [{ addressAllowlist: ["0.0.0.0/0"] }],
  [{ addressAllowlist: ["not an address"] }],
  [{ addressAllowlist: [1] }],
  [{ addressAllowlist: Array.from({ length: 51 }, (_, i) => `10.0.0.${i}`) }],
  [{ requestsPerHour: 0 }],
  [{ requestsPerHour: -1 }],
  [{ requestsPerHour: 1.5 }],
  [{ requestsPerHour: 1_000_000_001 }],
  [{ requestsPerHour: "10" }],
  [{ caps: { day: "0" } }],
  [{ caps: { day: "-1" } }],
  [{ caps: { day: "1000000.000000001" } }],
  [{ caps: { day: "0.0000000001" } }],
  [{ caps: { day: "1e3" } }],
  [{ caps: { day: 5 } }],
  [{ caps: { hour: "5" } }],
  [{ caps: [] }],
  [{ rotationDays: 0 }],
  [{ rotationDays: 366 }],
  [{ rotationDays: "90" }],
])("I38 %j is refused at its field", (limits) => {
  const [field = ""] = Object.keys(limits);
  for (const parsed of [
    CreateKey.safeParse({ ...form, ...limits }),
    UpdateKey.safeParse({ id, ...limits }),
  ]) {
    expect(parsed.error?.issues.map((issue) => issue.path[0])).toContain(field);
  }
});

describe("money", () => {
  test.each([
    ["25", "25.00"],
    ["0.000000001", "0.000000001"],
    ["1000000", "1000000.00"],
    ["0.50", "0.50"],
  ])("a cap of %s is kept exactly, as %s", (text, kept) => {
    expect(CapAmount.parse(text)).toBe(kept);
  });

  test("a period without a cap is null, one left out is left out", () => {
    expect(KeyCaps.parse({ day: "5", week: null })).toEqual({ day: "5.00", week: null });
  });
});

test.each([-1, 2_678_400, 604_801, 0.5, "1", null, Number.NaN])(
  "I41 an overlap of %s is refused at its field",
  (graceSeconds) => {
    const parsed = RotateKey.safeParse({ id, graceSeconds });
    expect(parsed.error?.issues[0]?.path).toEqual(["graceSeconds"]);
    expect(ExtendGrace.safeParse({ id, seconds: graceSeconds }).success).toBe(false);
  },
);

test.each([0, 1, 604_800])("I41 an overlap of %s seconds is accepted", (graceSeconds) => {
  expect(RotateKey.parse({ id, graceSeconds })).toEqual({ id, graceSeconds });
});

test("D5 the presets are forms that can be sent as they are", () => {
  expect(keyPresets.map(({ name }) => name)).toEqual([
    "Development",
    "Production",
    "Read-only",
    "Admin",
  ]);
  for (const { environment, scopes, expiryDays } of keyPresets) {
    const expiry = { kind: "days", days: expiryDays };
    expect(CreateKey.safeParse({ ...form, environment, scopes, expiry }).success).toBe(true);
  }
});
