import { expect, test } from "vitest";
import { findPaymentProvider } from "@/lib/billing/provider";
import { readEnv } from "@/lib/env";

const secret = "0123456789abcdef0123456789abcdef";
const stripe = { STRIPE_SECRET_KEY: "sk_test_1", STRIPE_WEBHOOK_SECRET: "whsec_0123456789" };

function nameOf(variables: Record<string, string>): string | undefined {
  const required = { DATABASE_URL: "postgres://localhost/unused", AUTH_SECRET: secret };
  return findPaymentProvider(readEnv({ ...required, ...variables }))?.name;
}

test("Stripe takes the payments where its key is set, in whatever mode", () => {
  for (const NODE_ENV of ["production", "development", "test"]) {
    expect(nameOf({ ...stripe, NODE_ENV })).toBe("stripe");
    expect(nameOf({ ...stripe, NODE_ENV, DEMO_WEBHOOK_SECRET: secret, DEMO_MODE: "1" })).toBe(
      "stripe",
    );
  }
});

test("I47 the demo, where nobody pays, is refused in production unless it is asked for", () => {
  const demo = { DEMO_WEBHOOK_SECRET: secret };
  expect(nameOf({ ...demo, NODE_ENV: "production" })).toBeUndefined();
  expect(nameOf({ ...demo, NODE_ENV: "production", DEMO_MODE: "0" })).toBeUndefined();
  expect(nameOf({ ...demo, NODE_ENV: "production", DEMO_MODE: "1" })).toBe("demo");
  expect(nameOf({ ...demo, NODE_ENV: "development" })).toBe("demo");
});

test("without any secret there are no payments", () => {
  expect(nameOf({ NODE_ENV: "development", DEMO_MODE: "1" })).toBeUndefined();
});
