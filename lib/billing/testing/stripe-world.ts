import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { openCheckout } from "@/lib/billing/checkout";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { reconcilePayments } from "@/lib/billing/reconciliation";
import { openCardSetup } from "@/lib/billing/saved-card";
import { makeStripeProvider } from "@/lib/billing/stripe/provider";
import { type FakeStripe, startFakeStripe } from "@/lib/billing/testing/fake-stripe";
import { serveRoute } from "@/lib/billing/testing/route-server";
import { stripeSecret, stripeVariables } from "@/lib/billing/testing/stripe";
import { handlePaymentEvent } from "@/lib/billing/webhook";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";

const origin = { address: null, userAgent: null };

/** A fake Stripe and our side of it, each talking to the other over HTTP. */
export interface StripeWorld {
  fake: FakeStripe;
  provider: PaymentProvider;
  /** Starts a checkout; answers our row's id and the session. */
  checkout(
    scope: Scope,
    amountCents?: number,
    saveCard?: boolean,
  ): Promise<{ topUpId: string; sessionId: string; checkoutUrl: string }>;
  /** Saves a card by the provider's page; answers the session. */
  setUpCard(scope: Scope): Promise<string>;
  /** A pending auto top-up, as the worker writes it down. */
  writeAutoTopUp(scope: Scope, amountCents: number): Promise<string>;
  /** Lets events come in, then asks about everything that is open, until nothing changes any more. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export async function openStripeWorld(db: Db, seed?: number): Promise<StripeWorld> {
  let provider: PaymentProvider | null = null;
  const server = await serveRoute(async (request) => {
    if (!provider) return new Response("", { status: 500 });
    try {
      const rawBody = new Uint8Array(await request.arrayBuffer());
      const signature = request.headers.get("stripe-signature");
      const { status, body } = await handlePaymentEvent(db, provider, { rawBody, signature });
      return Response.json(body, { status });
    } catch {
      return new Response("", { status: 500 });
    }
  });
  const fake = await startFakeStripe({
    ...{ webhookUrl: server.url, webhookSecret: stripeSecret },
    ...(seed === undefined ? {} : { seed }),
  });
  const stripe = makeStripeProvider({
    secretKey: stripeVariables.STRIPE_SECRET_KEY,
    webhookSecrets: [stripeSecret],
    apiUrl: fake.url,
  });
  provider = stripe;
  const sessionOfUrl = (url: string) => url.split("/").at(-1) ?? "";

  return {
    fake,
    provider: stripe,
    async checkout(scope, amountCents = 2_500, saveCard = false) {
      const input = { amountCents, formNonce: newId("event"), saveCard };
      const opened = await openCheckout(db, scope, stripe, input, origin);
      return { ...opened, sessionId: sessionOfUrl(opened.checkoutUrl) };
    },
    async setUpCard(scope) {
      const { url } = await openCardSetup(db, scope, stripe, origin);
      return sessionOfUrl(url);
    },
    async writeAutoTopUp({ workspaceId, userId }, amountCents) {
      const id = newId("topUp");
      await db.insert(topUps).values({
        ...{
          id,
          workspaceId,
          userId,
          provider: "stripe",
          kind: "auto",
          amountCents,
          formNonce: id,
        },
        checkAt: sql`now() + interval '1 minute'`,
      });
      return id;
    },
    async settle() {
      await fake.delivery.idle();
      for (let round = 0; round < 10; round++) {
        await db
          .update(topUps)
          .set({ checkAt: sql`now()` })
          .where(sql`${topUps.checkAt} is not null`);
        const changed = await reconcilePayments(db, stripe);
        if (changed === 0) return;
      }
      throw new Error("reconciliation comes to no end");
    },
    async close() {
      await fake.close();
      server.close();
    },
  };
}

/** The saved card of a workspace, as its profile has it. */
export async function findProfile(db: Db, scope: Scope) {
  const [profile] = await db
    .select()
    .from(billingProfiles)
    .where(eq(billingProfiles.workspaceId, scope.workspaceId));
  return profile ?? null;
}

export async function findRow(db: Db, topUpId: string) {
  const [row] = await db.select().from(topUps).where(eq(topUps.id, topUpId));
  if (!row) throw new Error(`no top-up ${topUpId}`);
  return row;
}
