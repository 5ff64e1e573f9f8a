import fc from "fast-check";
import { expect, test } from "vitest";
import { addressBlockContains } from "@/lib/keys/addresses";
import { modelPatternMatches } from "@/lib/keys/model-patterns";
import { findExcess, type KeyPower } from "@/lib/keys/power";
import { capIntervals, keyScopes } from "@/lib/keys/terms";

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const cap = maybe(fc.bigInt({ min: 1n, max: 4n }));
const power: fc.Arbitrary<KeyPower> = fc.record({
  environment: fc.constantFrom("live" as const, "test" as const),
  scopes: fc.subarray([...keyScopes]),
  expiresAt: maybe(fc.integer({ min: 1, max: 3 }).map((ms) => new Date(ms))),
  modelAllowlist: maybe(fc.subarray(["gpt-*", "gpt-4", "gpt-4o", "glm-4"])),
  addressAllowlist: maybe(fc.subarray(["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32"])),
  requestsPerHour: maybe(fc.integer({ min: 1, max: 3 })),
  caps: fc.record({ day: cap, week: cap, month: cap, total: cap }),
});

/** A request and the moment it is made in, with what the key has asked for and spent before. */
const situation = fc.record({
  scope: fc.constantFrom(...keyScopes),
  environment: fc.constantFrom("live" as const, "test" as const),
  at: fc.integer({ min: 0, max: 4 }),
  model: fc.constantFrom("gpt-4", "gpt-4o", "gpt-5", "glm-4", "other"),
  address: fc.constantFrom("10.1.2.3", "10.1.9.9", "10.9.9.9", "192.0.2.1", "2001:db8::5"),
  hourCount: fc.integer({ min: 0, max: 4 }),
  spend: fc.bigInt({ min: 0n, max: 5n }),
});
type Situation = typeof situation extends fc.Arbitrary<infer T> ? T : never;

/** Whether a key of this power lets the request through: the rules in their plainest form. */
function allows(key: KeyPower, request: Situation): boolean {
  return (
    (key.environment === "live" || request.environment === "test") &&
    (key.scopes.includes(request.scope) || key.scopes.includes("admin")) &&
    (key.expiresAt === null || request.at < key.expiresAt.getTime()) &&
    (key.modelAllowlist === null ||
      key.modelAllowlist.some((pattern) => modelPatternMatches(pattern, request.model))) &&
    (key.addressAllowlist === null ||
      key.addressAllowlist.some((block) => addressBlockContains(block, request.address))) &&
    (key.requestsPerHour === null || request.hourCount < key.requestsPerHour) &&
    capIntervals.every((interval) => {
      const limit = key.caps[interval];
      return limit === null || request.spend <= limit;
    })
  );
}

/** A key that differs from another in some fields only, so that each decides often. */
const related = fc.tuple(power, power).chain(([acting, other]) =>
  fc.subarray(Object.keys(other)).map((kept) => {
    const own = Object.entries(other).filter(([field]) => kept.includes(field));
    const child: KeyPower = { ...acting, ...Object.fromEntries(own) };
    return { acting, child };
  }),
);

test("C10 a key without excess lets nothing through that the acting key wouldn't", () => {
  let decided = 0;
  fc.assert(
    fc.property(related, situation, ({ acting, child }, request) => {
      if (!allows(child, request) || allows(acting, request)) return;
      decided += 1;
      expect(findExcess(child, acting)).not.toEqual([]);
    }),
    { numRuns: 20_000 },
  );
  // Far below what is usual, far above chance: the property was put to the test.
  expect(decided).toBeGreaterThan(50);
});

test("every excess that is named is one: without it that field is no longer named", () => {
  fc.assert(
    fc.property(power, power, (child, acting) => {
      const fields = new Set(findExcess(child, acting).map(({ field }) => field));
      const capped = { ...child.caps };
      for (const interval of capIntervals) {
        if (fields.has(`spend_caps.${interval}`)) capped[interval] = acting.caps[interval];
      }
      const lowered: KeyPower = {
        environment: fields.has("environment") ? acting.environment : child.environment,
        scopes: fields.has("scopes") ? acting.scopes : child.scopes,
        expiresAt: fields.has("expires_at") ? acting.expiresAt : child.expiresAt,
        modelAllowlist: fields.has("models") ? acting.modelAllowlist : child.modelAllowlist,
        addressAllowlist: fields.has("addresses")
          ? acting.addressAllowlist
          : child.addressAllowlist,
        requestsPerHour: fields.has("rate_limit") ? acting.requestsPerHour : child.requestsPerHour,
        caps: capped,
      };
      expect(findExcess(lowered, acting)).toEqual([]);
    }),
  );
});

test("a key is never beyond itself, and one in all respects unlimited is beyond every limit", () => {
  const free: KeyPower = {
    environment: "live",
    scopes: ["admin"],
    expiresAt: null,
    modelAllowlist: null,
    addressAllowlist: null,
    requestsPerHour: null,
    caps: { day: null, week: null, month: null, total: null },
  };
  fc.assert(
    fc.property(power, (key) => {
      expect(findExcess(key, key)).toEqual([]);
      expect(findExcess(key, free)).toEqual([]);
    }),
  );
  const bounded: KeyPower = {
    environment: "test",
    scopes: ["read"],
    expiresAt: new Date(1),
    modelAllowlist: [],
    addressAllowlist: ["10.0.0.1"],
    requestsPerHour: 1,
    caps: { day: 1n, week: 1n, month: 1n, total: 1n },
  };
  expect(findExcess(free, bounded).map(({ field }) => field)).toEqual([
    "environment",
    "scopes",
    "expires_at",
    "models",
    "addresses",
    "rate_limit",
    "spend_caps.day",
    "spend_caps.week",
    "spend_caps.month",
    "spend_caps.total",
  ]);
});
