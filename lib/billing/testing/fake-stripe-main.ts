import { z } from "zod";
import { startFakeStripe } from "@/lib/billing/testing/fake-stripe";

// The fake Stripe as a process of its own, for tests of a running product:
//   FAKE_STRIPE_PORT=… FAKE_STRIPE_WEBHOOK_URL=http://localhost:3000/api/webhooks/stripe \
//   STRIPE_WEBHOOK_SECRET=whsec_… [FAKE_STRIPE_SEED=1] npx tsx lib/billing/testing/fake-stripe-main.ts
const Settings = z.object({
  FAKE_STRIPE_PORT: z.coerce.number().int().optional(),
  FAKE_STRIPE_WEBHOOK_URL: z.url(),
  FAKE_STRIPE_SEED: z.coerce.number().int().optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
});

const settings = Settings.parse(process.env);
const fake = await startFakeStripe({
  ...(settings.FAKE_STRIPE_PORT === undefined ? {} : { port: settings.FAKE_STRIPE_PORT }),
  ...(settings.FAKE_STRIPE_SEED === undefined ? {} : { seed: settings.FAKE_STRIPE_SEED }),
  webhookUrl: settings.FAKE_STRIPE_WEBHOOK_URL,
  webhookSecret: settings.STRIPE_WEBHOOK_SECRET,
});
console.log(fake.url);
process.send?.({ url: fake.url });
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => void fake.close().then(() => process.exit(0)));
}
