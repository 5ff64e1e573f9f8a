import "server-only";
import { makeDemoProvider } from "@/lib/billing/demo/provider";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { makeStripeProvider } from "@/lib/billing/stripe/provider";
import { type Environment, readEnv } from "@/lib/env";

/** One provider for each environment, because a client keeps its connections open. */
const made = new WeakMap<Environment, PaymentProvider | null>();

/**
 * The provider that this deployment takes payments with: Stripe where its key is set, else the built-in
 * demo, which in production must be asked for. Null where there is none, and no top-ups.
 */
export function findPaymentProvider(env: Environment = readEnv()): PaymentProvider | null {
  let provider = made.get(env);
  if (provider === undefined) {
    provider = makeProvider(env);
    made.set(env, provider);
  }
  return provider;
}

function makeProvider(env: Environment): PaymentProvider | null {
  if (env.STRIPE_SECRET_KEY) {
    return makeStripeProvider({
      secretKey: env.STRIPE_SECRET_KEY,
      webhookSecrets: env.STRIPE_WEBHOOK_SECRET,
      apiUrl: env.STRIPE_API_URL,
    });
  }
  const isWelcome = env.NODE_ENV !== "production" || env.DEMO_MODE;
  return env.DEMO_WEBHOOK_SECRET && isWelcome ? makeDemoProvider(env) : null;
}
