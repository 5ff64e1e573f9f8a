import "server-only";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { members, users, workspaces } from "@/db/schema/workspaces";
import { insertDemoKeys, noteLastUse } from "@/db/seed-keys";
import { insertPayments, spendTargets } from "@/db/seed-payments";
import { inventedDays, inventedSince, inventTraffic } from "@/db/seed-traffic";
import { chargeBudgets, insertRequests, rollUpRequests } from "@/db/seed-usage";
import { insertWebhooks } from "@/db/seed-webhooks";
import { hashPassword, verifyPassword } from "@/lib/auth/password";
import { postUsage } from "@/lib/billing/usage-posting";
import { newId } from "@/lib/id";
import type { Price } from "@/lib/models/price";
import { addMs, minuteMs } from "@/lib/time";
import { webhookKeyOf } from "@/lib/webhooks/settings";
import { createWorkspace } from "@/lib/workspaces/mutations";

export const demoEmail = "demo@gatehouse.example";

export type SeedOutcome = "seeded" | "password updated" | "unchanged" | "address taken";

/**
 * Makes the demo account with two months of traffic, unless it is there; its password follows
 * `password`. One transaction, so that the demo is there as a whole or not at all; a second
 * process waits for the first and then finds everything done. What is kept encrypted is so under `authSecret`.
 */
export async function seedDemo(db: Db, password: string, authSecret: string): Promise<SeedOutcome> {
  const known = await ensurePassword(db, password);
  if (known) return known;
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('gatehouse_seed'))`);
    const made = await ensurePassword(tx, password);
    if (made) return made;
    await makeDemo(tx, passwordHash, authSecret);
    return "seeded" as const;
  });
}

/** Null where there is no demo user yet. */
async function ensurePassword(db: Db, password: string): Promise<SeedOutcome | null> {
  const [user] = await db
    .select({ id: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, demoEmail));
  if (!user) return null;
  if (await signedUp(db, user.id)) return "address taken";
  if (await verifyPassword(password, user.passwordHash)) return "unchanged";
  await db
    .update(users)
    .set({ passwordHash: await hashPassword(password), updatedAt: sql`now()` })
    .where(eq(users.id, user.id));
  return "password updated";
}

/** True where a person made this account: then it is theirs, and no setting changes its password. */
async function signedUp(db: Db, userId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: auditLog.id })
    .from(auditLog)
    .where(and(eq(auditLog.action, "user.signed_up"), eq(auditLog.actorId, userId)))
    .limit(1);
  return row !== undefined;
}

async function makeDemo(tx: Db, passwordHash: string, authSecret: string): Promise<void> {
  const now = await readClock(tx);
  const since = inventedSince(now);
  const openedAt = addMs(since, 20 * minuteMs);
  const userId = newId("user", openedAt.getTime());
  await tx.insert(users).values({
    id: userId,
    name: "Demo",
    email: demoEmail,
    emailVerifiedAt: openedAt,
    passwordHash,
    createdAt: openedAt,
  });
  const workspaceId = await createWorkspace(tx, { name: "Acme", ownerId: userId });
  await tx.update(workspaces).set({ createdAt: openedAt }).where(eq(workspaces.id, workspaceId));
  await tx.update(members).set({ createdAt: openedAt }).where(eq(members.workspaceId, workspaceId));

  const prices = await readPrices(tx);
  const habits = await insertDemoKeys(tx, { workspaceId, userId, now });
  const requests = inventTraffic({ habits, prices, targets: spendTargets(now), since, now });
  await tx.execute(
    sql`select ensure_request_log_partitions(current_date - ${inventedDays + 1}::integer, current_date)`,
  );
  await insertRequests(tx, workspaceId, requests, prices);
  await rollUpRequests(tx, workspaceId);
  await insertPayments(tx, { workspaceId, userId, openedAt }, requests);
  await chargeBudgets(tx, workspaceId);
  await postUsage(tx, { backdate: true });
  await noteLastUse(tx, workspaceId);
  const secretKey = webhookKeyOf(authSecret);
  await insertWebhooks(tx, { workspaceId, userId, now }, { secretKey });
  await requireExactBooks(tx, workspaceId);
}

async function readClock(tx: Db): Promise<Date> {
  const [row] = await tx.execute(sql`select now() as now`);
  return z.object({ now: z.coerce.date() }).parse(row).now;
}

const PriceRow = z.object({
  model_id: z.string(),
  input: z.coerce.bigint(),
  output: z.coerce.bigint(),
});

async function readPrices(tx: Db): Promise<Map<string, Price>> {
  const rows = await tx.execute(sql`
    select distinct on (model_id) model_id, input_nanos_per_mtok as input,
      output_nanos_per_mtok as output
    from model_prices where effective_from <= now() order by model_id, effective_from desc`);
  return new Map(
    rows.map((row) => {
      const price = PriceRow.parse(row);
      return [
        price.model_id,
        { inputNanosPerMtok: price.input, outputNanosPerMtok: price.output },
      ] as const;
    }),
  );
}

const Books = z.object({
  logged: z.coerce.bigint(),
  logged_requests: z.coerce.bigint(),
  rolled_up: z.coerce.bigint(),
  rolled_up_requests: z.coerce.bigint(),
  used: z.coerce.bigint(),
  balance: z.coerce.bigint(),
  wallet: z.coerce.bigint(),
  unposted: z.coerce.bigint(),
});

/** The demo must keep every promise that the product makes about money, to the nano-dollar. */
async function requireExactBooks(tx: Db, workspaceId: string): Promise<void> {
  const [row] = await tx.execute(sql`
    select l.cost as logged, l.requests as logged_requests,
      u.cost as rolled_up, u.requests as rolled_up_requests,
      b.used, b."limit" - b.used as balance, e.wallet, u.cost - p.posted as unposted
    from budgets b,
      (select coalesce(sum(cost_nanos), 0) as cost, count(*) as requests
        from request_log where workspace_id = ${workspaceId}) l,
      (select coalesce(sum(cost_nanos), 0) as cost, coalesce(sum(requests), 0) as requests
        from usage_hourly where workspace_id = ${workspaceId}) u,
      (select coalesce(sum(amount_nanos), 0) as wallet
        from ledger_entries where workspace_id = ${workspaceId} and account = 'wallet') e,
      (select coalesce(sum(posted_nanos), 0) as posted
        from usage_postings where workspace_id = ${workspaceId}) p
    where b.workspace_id = ${workspaceId} and b.kind = 'balance' and b.key_id is null`);
  const books = Books.parse(row);
  const isExact =
    books.logged === books.rolled_up &&
    books.logged_requests === books.rolled_up_requests &&
    books.used === books.rolled_up &&
    books.balance === books.wallet - books.unposted;
  if (!isExact) {
    const figures = Object.entries(books).map(([name, value]) => `${name} ${value}`);
    throw new Error(`the demo's books don't agree: ${figures.join(", ")}`);
  }
}
