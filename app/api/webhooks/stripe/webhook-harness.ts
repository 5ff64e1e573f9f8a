import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, vi } from "vitest";
import { closeDb } from "@/db/client";
import { topUps } from "@/db/schema/billing";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import {
  openStripeTopUp,
  type StripeTopUp,
  stripeEvent,
  stripeRequest,
  stripeVariables,
} from "@/lib/billing/testing/stripe";
import { verifyIn } from "@/lib/billing/verification";
import type { Scope } from "@/lib/scope";

type Route = typeof import("@/app/api/webhooks/stripe/route");

interface Answer {
  status: number;
  body: { outcome?: string; error?: { code: string } };
}

/** The webhook as it is deployed, over a database of the test file's own. */
export class WebhookHarness {
  private opened: { database: TestDatabase; route: Route } | undefined;

  get database(): TestDatabase {
    if (!this.opened) throw new Error("not open");
    return this.opened.database;
  }

  get route(): Route {
    if (!this.opened) throw new Error("not open");
    return this.opened.route;
  }

  async open(): Promise<void> {
    const database = await createTestDatabase();
    for (const [name, value] of Object.entries(stripeVariables)) vi.stubEnv(name, value);
    vi.stubEnv("DATABASE_URL", database.url);
    this.opened = { database, route: await import("@/app/api/webhooks/stripe/route") };
  }

  async close(): Promise<void> {
    await closeDb();
    await this.database.drop();
  }

  async send(request: Request): Promise<Answer> {
    const answer = await this.route.POST(request);
    return { status: answer.status, body: await answer.json() };
  }

  /** Sends an event and answers what was done; anything but 200 fails the test. */
  async tell(type: string, object: unknown, changes = {}): Promise<string | undefined> {
    const answer = await this.send(stripeRequest(stripeEvent(type, object, changes)));
    expect(answer.status).toBe(200);
    return answer.body.outcome;
  }

  openTopUp(): Promise<StripeTopUp> {
    return openStripeTopUp(this.database.db);
  }

  async countRows(): Promise<number> {
    const [row] = await this.database.sql`
      select (select count(*) from payment_events) + (select count(*) from payment_reversals)
        + (select count(*) from ledger_transactions) + (select count(*) from audit_log) as rows`;
    return Number(row?.rows);
  }

  async statusOf(topUp: StripeTopUp): Promise<string | undefined> {
    const [row] = await this.database.db.select().from(topUps).where(eq(topUps.id, topUp.id));
    return row?.status;
  }

  /** What stands on each account of a workspace, in cents, without those at zero. */
  async accountsOf(scope: Scope): Promise<Record<string, string>> {
    const rows = await this.database.sql`
      select account, (sum(amount_nanos) / 10000000)::bigint as cents from ledger_entries
      where workspace_id = ${scope.workspaceId} group by account having sum(amount_nanos) <> 0`;
    return Object.fromEntries(rows.map((row) => [String(row.account), String(row.cents)]));
  }

  async expectBooksInOrder(): Promise<void> {
    const { breaches } = await this.database.sql.begin((tx) => verifyIn(tx));
    expect(breaches).toEqual([]);
  }

  async expectRefused(request: Request): Promise<void> {
    const before = await this.countRows();
    expect(await this.send(request)).toEqual({
      status: 400,
      body: {
        success: false,
        message: "Webhook signature verification failed",
        error: {
          code: "INVALID_SIGNATURE",
          message: "Webhook signature verification failed",
          details: {},
        },
      },
    });
    expect(await this.countRows()).toBe(before);
  }
}

/** Opens and closes the webhook around the tests of a file. */
export function openWebhook(): WebhookHarness {
  const webhook = new WebhookHarness();
  beforeAll(() => webhook.open());
  afterAll(() => webhook.close());
  return webhook;
}
