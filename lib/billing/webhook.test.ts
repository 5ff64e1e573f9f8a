import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paymentEvents, topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { startTopUp } from "@/lib/billing/mutations";
import { findPaymentProvider } from "@/lib/billing/provider";
import { findTopUp } from "@/lib/billing/queries";
import { signEvent } from "@/lib/billing/signature";
import { readSums } from "@/lib/billing/testing/ledger";
import { createTestScope } from "@/lib/billing/testing/workspace";
import { handlePaymentEvent } from "@/lib/billing/webhook";
import { readEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { usdToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

const secret = "the-webhook-secret-of-these-tests-1";
const provider = findPaymentProvider(
  readEnv({
    DATABASE_URL: "postgres://localhost/unused",
    AUTH_SECRET: "0123456789abcdef0123456789abcdef",
    DEMO_WEBHOOK_SECRET: secret,
  }),
);
const origin = { address: null, userAgent: null };
const twentyFive = usdToNanos("25");

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

async function openTopUp(amountCents = 2_500): Promise<{ scope: Scope; topUpId: string }> {
  const scope = await createTestScope(database.db);
  const { id } = await startTopUp(
    database.db,
    scope,
    "demo",
    { amountCents, formNonce: newId("event") },
    origin,
  );
  return { scope, topUpId: id };
}

interface Sent {
  id?: string;
  type?: string;
  topUpId: string;
  data?: Record<string, unknown>;
}

function eventBody({ id = newId("event"), type = "payment.succeeded", topUpId, data }: Sent) {
  return Buffer.from(
    JSON.stringify({
      id,
      type,
      data: { top_up_id: topUpId, amount_cents: 2_500, currency: "usd", ...data },
    }),
  );
}

/** Sends bytes as the provider would; `signature` replaces the good one. */
function deliver(
  rawBody: Buffer,
  signature: string | null = signEvent(secret, rawBody, new Date()),
) {
  if (!provider) throw new Error("the demo is not configured");
  return handlePaymentEvent(database.db, provider, { rawBody, signature });
}

async function countEvents(): Promise<number> {
  return (await database.db.select().from(paymentEvents)).length;
}

test("an event delivered ten times in a row is one credit", async () => {
  const { scope, topUpId } = await openTopUp();
  const body = eventBody({ topUpId });
  const outcomes: unknown[] = [];
  for (let i = 0; i < 10; i++) outcomes.push((await deliver(body)).body.outcome);
  expect(outcomes).toEqual(["credited", ...Array.from({ length: 9 }, () => "duplicate")]);
  expect(await readSums(database.db, scope)).toMatchObject({
    everything: 0n,
    wallet: twentyFive,
    balance: twentyFive,
    transactions: 1,
  });
  expect(await findTopUp(database.db, scope, topUpId)).toMatchObject({ status: "succeeded" });
});

test("an event delivered ten times at once is one credit", async () => {
  const { scope, topUpId } = await openTopUp();
  const body = eventBody({ topUpId });
  const answers = await Promise.all(Array.from({ length: 10 }, () => deliver(body)));
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  expect(await readSums(database.db, scope)).toMatchObject({
    balance: twentyFive,
    transactions: 1,
  });
});

test("two events for one payment are one credit, one after the other and at once", async () => {
  const first = await openTopUp();
  await deliver(eventBody({ topUpId: first.topUpId }));
  await deliver(eventBody({ topUpId: first.topUpId }));
  expect((await readSums(database.db, first.scope)).balance).toBe(twentyFive);

  const second = await openTopUp();
  await Promise.all(
    Array.from({ length: 10 }, () => deliver(eventBody({ topUpId: second.topUpId }))),
  );
  expect((await readSums(database.db, second.scope)).balance).toBe(twentyFive);
});

test.each([
  ["another amount", { amount_cents: 2_501 }],
  ["another currency", { currency: "eur" }],
  ["a currency in capitals", { currency: "USD" }],
  ["nothing", { amount_cents: 0 }],
  ["less than nothing", { amount_cents: -2_500 }],
  ["far too much", { amount_cents: 1e15 }],
  ["more than a double can say", { amount_cents: 1e308 }],
  ["an amount as text", { amount_cents: "2500" }],
  ["a broken cent", { amount_cents: 2_500.5 }],
  ["no amount", { amount_cents: undefined }],
])("a payment of %s is held back and credits nothing", async (_name, data) => {
  const { scope, topUpId } = await openTopUp();
  const answer = await deliver(eventBody({ topUpId, data }));
  expect(answer).toEqual({ status: 200, body: { received: true, outcome: "quarantined" } });
  expect(await readSums(database.db, scope)).toMatchObject({ balance: 0n, transactions: 0 });
  expect(await findTopUp(database.db, scope, topUpId)).toMatchObject({ status: "pending" });
});

test("a forged, old, future or unsigned event leaves no row", async () => {
  const { scope, topUpId } = await openTopUp();
  const body = eventBody({ topUpId });
  const before = await countEvents();
  const now = Date.now();
  const signatures = [
    null,
    "",
    "t=1,v1=0",
    signEvent("somebody-elses-secret-of-32-letters", body, new Date(now)),
    signEvent(secret, body, new Date(now - 302_000)),
    signEvent(secret, body, new Date(now + 302_000)),
    signEvent(secret, Buffer.concat([body, Buffer.from("\n")]), new Date(now)),
  ];
  for (const signature of signatures) {
    const answer = await deliver(body, signature);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      success: false,
      message: "Webhook signature verification failed",
      error: {
        code: "INVALID_SIGNATURE",
        message: "Webhook signature verification failed",
        details: {},
      },
    });
  }
  expect(await countEvents()).toBe(before);
  expect((await readSums(database.db, scope)).balance).toBe(0n);
});

test.each([
  ["not JSON", "{"],
  ["bytes that are no text", "\xff\xfe"],
  ["a list", "[]"],
  ["nothing", ""],
  ["no id", '{"type":"payment.succeeded"}'],
  ["an id with NUL", '{"id":"evt_\\u0000","type":"x"}'],
])("a signed body of %s is 400 and leaves no row", async (_name, text) => {
  const before = await countEvents();
  const answer = await deliver(Buffer.from(text, "latin1"));
  expect(answer.status).toBe(400);
  expect(answer.body).toMatchObject({ error: { code: "INVALID_JSON" } });
  expect(await countEvents()).toBe(before);
});

test.each(["customer.created", "v2.core.event", "payment.refunded"])(
  "an event of the unknown type %s is taken and ignored",
  async (type) => {
    const answer = await deliver(Buffer.from(JSON.stringify({ id: newId("event"), type })));
    expect(answer).toEqual({ status: 200, body: { received: true, outcome: "ignored" } });
  },
);

test.each([
  ["of an id that isn't ours", "top_00000000000000000000000000"],
  ["of text that is no id", "nonsense"],
  ["of an id with NUL", "top_\0"],
])("a payment %s is parked", async (_name, topUpId) => {
  const answer = await deliver(eventBody({ topUpId }));
  expect(answer).toEqual({ status: 200, body: { received: true, outcome: "parked" } });
});

test("text that PostgreSQL can't store doesn't turn an event into a 500", async () => {
  const { scope, topUpId } = await openTopUp();
  const body = Buffer.from(
    `{"id":"${newId("event")}","type":"payment.failed","note":"\\ud800","\\u0000":1,"data":` +
      `{"top_up_id":"${topUpId}","amount_cents":2500,"currency":"usd",` +
      `"failure_message":"no\\u0000pe \\ud800"}}`,
  );
  expect((await deliver(body)).body.outcome).toBe("failed");
  expect(await findTopUp(database.db, scope, topUpId)).toMatchObject({ status: "failed" });
});

const endings = ["payment.failed", "payment.cancelled", "payment.succeeded"];
const orders = endings.flatMap((a) =>
  endings.filter((b) => b !== a).map((b) => [a, b, endings.find((c) => c !== a && c !== b) ?? ""]),
);

test.each(orders)("paid wins whatever the order: %s, %s, %s", async (...types) => {
  const { scope, topUpId } = await openTopUp();
  for (const type of types) expect((await deliver(eventBody({ type, topUpId }))).status).toBe(200);
  expect(await readSums(database.db, scope)).toMatchObject({
    everything: 0n,
    balance: twentyFive,
    transactions: 1,
  });
  expect(await findTopUp(database.db, scope, topUpId)).toMatchObject({
    status: "succeeded",
    failureMessage: null,
  });
});

test("a declined payment keeps the provider's reason and credits nothing", async () => {
  const { scope, topUpId } = await openTopUp();
  const data = { failure_message: "The card was declined." };
  await deliver(eventBody({ type: "payment.failed", topUpId, data }));
  expect(await findTopUp(database.db, scope, topUpId)).toMatchObject({
    status: "failed",
    failureMessage: "The card was declined.",
  });
  expect((await readSums(database.db, scope)).transactions).toBe(0);
});

test("a delivery that dies half-way leaves nothing, and the next one credits", async () => {
  const { scope, topUpId } = await openTopUp();
  const body = eventBody({ topUpId });
  const before = await countEvents();
  // The last write of the transaction is made to fail, after event and credit were written.
  await database.db.execute(sql`
    create function fail_audit() returns trigger language plpgsql as
    $$ begin raise exception 'the disk is full'; end $$
  `);
  await database.db.execute(sql`
    create trigger fail_audit before insert on audit_log for each row execute function fail_audit()
  `);
  await expect(deliver(body)).rejects.toThrow();
  expect(await countEvents()).toBe(before);
  expect(await readSums(database.db, scope)).toMatchObject({ balance: 0n, transactions: 0 });

  await database.db.execute(sql`drop trigger fail_audit on audit_log`);
  expect((await deliver(body)).body.outcome).toBe("credited");
  expect((await readSums(database.db, scope)).balance).toBe(twentyFive);
});

test("an event of one provider can't pay what another was asked for", async () => {
  const { scope, topUpId } = await openTopUp();
  await database.db.update(topUps).set({ provider: "stripe" }).where(eq(topUps.id, topUpId));
  expect((await deliver(eventBody({ topUpId }))).body.outcome).toBe("parked");
  expect((await readSums(database.db, scope)).balance).toBe(0n);
});
