import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { Credit, Payment } from "@/chaos/history";
import type { Random } from "@/chaos/random";
import type { Stage } from "@/chaos/stage";
import type { Tenant } from "@/chaos/tenants";
import { signEvent } from "@/lib/billing/signature";
import { newId } from "@/lib/id";

const deliveries = 10;
const retryMs = 200;
/** No fault keeps the database away for longer. */
const outageMsMax = 30_000;

const Taken = z.object({ received: z.literal(true) });

/** Customers who pay, and a provider that tells of it ten times. */
export async function runPayments(stage: Stage, random: Random): Promise<void> {
  const { busy, hourly, counted } = stage.tenants;
  while (!stage.isOver) {
    await pay(stage, random, random.pick([busy, hourly, counted]));
    await delay(random.int(100, 700));
  }
}

const forgeries = ["signature", "stale", "future", "amount", "unknown", "type"] as const;
type Forgery = (typeof forgeries)[number];

/** Others, who only pretend: each way in turn. */
export async function runForgeries(stage: Stage, random: Random): Promise<void> {
  const { busy, hourly, counted } = stage.tenants;
  for (;;) {
    for (const how of random.shuffle(forgeries)) {
      if (stage.isOver) return;
      await forge(stage, random, random.pick([busy, hourly, counted]), how);
      await delay(random.int(50, 300));
    }
  }
}

/** Writes down the payment as the dashboard does before the provider hears of it. */
async function startPayment(
  stage: Stage,
  tenant: Tenant,
  amountCents: number,
): Promise<string | null> {
  const id = newId("topUp");
  const endsAtMs = performance.now() + outageMsMax;
  while (performance.now() < endsAtMs) {
    try {
      await stage.cluster.sql`
        insert into top_ups (id, workspace_id, user_id, provider, amount_cents, form_nonce)
        values (${id}, ${tenant.workspaceId}, ${tenant.userId}, 'demo', ${amountCents}, ${id})
        on conflict do nothing`;
      return id;
    } catch {
      await delay(retryMs);
    }
  }
  stage.history.observe("a payment can be started", false, `not within ${outageMsMax} ms`);
  return null;
}

interface Event {
  topUpId: string;
  amountCents: number;
  type?: string;
}

function write({ topUpId, amountCents, type = "payment.succeeded" }: Event): Buffer {
  const data = { top_up_id: topUpId, amount_cents: amountCents, currency: "usd" };
  const created = Math.floor(Date.now() / 1_000);
  return Buffer.from(JSON.stringify({ id: newId("event"), type, created, data }));
}

async function pay(stage: Stage, random: Random, tenant: Tenant): Promise<void> {
  const amountCents = random.int(500, 900);
  const topUpId = await startPayment(stage, tenant, amountCents);
  if (topUpId === null) return;
  const { workspaceId } = tenant;
  const payment: Payment = { topUpId, workspaceId, amountCents, isAcknowledged: false };
  stage.history.payments.push(payment);
  // A provider may tell of one payment in several events, and of each event several times.
  const events = [write({ topUpId, amountCents }), write({ topUpId, amountCents })];
  const deliver = async (i: number): Promise<void> => {
    const body = events[i % 3 === 0 ? 1 : 0] ?? Buffer.alloc(0);
    await delay(random.int(0, 100));
    const answer = await stage.insist(() => {
      const signature = signEvent(stage.cluster.webhookSecret, body, new Date());
      stage.history.count("webhook deliveries");
      return stage.atDashboard("/webhook", body, { "demo-signature": signature });
    });
    if (Taken.safeParse(answer).success) payment.isAcknowledged = true;
  };
  await Promise.all(Array.from({ length: deliveries }, (_, i) => deliver(i)));
}

/** Events that must change nothing: forged, stale, from the future, of another amount or payment. */
async function forge(stage: Stage, random: Random, tenant: Tenant, how: Forgery): Promise<void> {
  const amountCents = random.int(500, 900);
  const topUpId =
    how === "unknown" ? newId("topUp") : await startPayment(stage, tenant, amountCents);
  if (topUpId === null) return;
  stage.history.forged.push(topUpId);
  const body = write({
    topUpId,
    amountCents: how === "amount" ? amountCents + 1 : amountCents,
    ...(how === "type" ? { type: "payment.refunded" } : {}),
  });
  const shiftMs = how === "stale" ? -600_000 : how === "future" ? 600_000 : 0;
  const secret = how === "signature" ? `${stage.cluster.webhookSecret}x` : undefined;
  const at = new Date(Date.now() + shiftMs);
  const signature = signEvent(secret ?? stage.cluster.webhookSecret, body, at);
  stage.history.count(`forged events: ${how}`);
  const answer = await stage.atDashboard("/webhook", body, { "demo-signature": signature });
  if (!answer || answer.status >= 500) return;
  const isRefused = ["signature", "stale", "future"].includes(how);
  stage.history.observe(
    "forged and stale events are refused (P9)",
    isRefused === (answer.status === 400),
    `an event with a wrong ${how} was answered ${answer.status}`,
  );
}

/** One grant, told again until it is acknowledged. */
export async function grant(stage: Stage, tenant: Tenant, amountNanos: bigint): Promise<void> {
  const { workspaceId } = tenant;
  const reference = `chaos:${stage.newName()}`;
  const credit: Credit = { reference, workspaceId, amountNanos, isAcknowledged: false };
  stage.history.credits.push(credit);
  const body = { workspaceId, reference, amountNanos: amountNanos.toString() };
  const answer = await stage.insist(() => stage.atDashboard("/credit", body));
  credit.isAcknowledged = answer !== null;
}

/** Keeps the poor tenant at the edge of its balance. */
export async function runGrants(stage: Stage, random: Random): Promise<void> {
  while (!stage.isOver) {
    await grant(stage, stage.tenants.poor, BigInt(random.int(1_000_000, 12_000_000)));
    await delay(random.int(200, 1_000));
  }
}

const Verification = z.object({
  checks: z.number(),
  breaches: z.array(z.object({ claim: z.string(), subject: z.string(), found: z.string() })),
});

/** Proves the books once. False where the database didn't let it. */
export async function verifyBooks(stage: Stage): Promise<boolean> {
  const startedMs = performance.now();
  const answer = await stage.atDashboard("/verify", {});
  const parsed = Verification.safeParse(answer?.body);
  if (!parsed.success) return false;
  const { breaches } = parsed.data;
  const detail = breaches.map(({ claim, subject, found }) => `${claim}: ${subject}: ${found}`);
  stage.history.observe("verifyLedger (P2, P22)", breaches.length === 0, detail.join("; "));
  stage.history.count("verifications of the books");
  stage.measure("verifyLedger (P22)", performance.now() - startedMs, 10_000);
  return true;
}

/** An auditor who proves the books while everything else happens. */
export async function runAuditor(stage: Stage, random: Random): Promise<void> {
  while (!stage.isOver) {
    await delay(random.int(500, 2_000));
    await verifyBooks(stage);
  }
}
