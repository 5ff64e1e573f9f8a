import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { billingProfiles, topUps } from "@/db/schema/billing";
import { noteTopUpEnd } from "@/lib/billing/auto-top-up-state";
import { postTransaction } from "@/lib/billing/journal";
import { centsToNanos } from "@/lib/money";
import type { Scope } from "@/lib/scope";

/** Gives the workspace a card of the demo provider, as its event would. */
export async function saveTestCard(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  card: Partial<typeof billingProfiles.$inferInsert> = {},
): Promise<void> {
  const saved = {
    ...({ provider: "demo", providerCustomerId: `cus_${scope.workspaceId}` } as const),
    ...{ paymentMethodId: "pm_test", cardBrand: "visa", cardLast4: "4242" },
    ...{ cardExpiryMonth: 12, cardExpiryYear: 2099, ...card },
  };
  await db
    .insert(billingProfiles)
    .values({ workspaceId: scope.workspaceId, ...saved })
    .onConflictDoUpdate({ target: billingProfiles.workspaceId, set: saved });
}

/** Puts so many cents on the balance. */
export async function fundBalance(
  db: Db,
  scope: Pick<Scope, "workspaceId">,
  amountCents: number,
  reference: string,
): Promise<void> {
  const amountNanos = centsToNanos(amountCents);
  await db.transaction((tx) =>
    postTransaction(tx, {
      ...{ workspaceId: scope.workspaceId, kind: "grant", reference, description: "Credit" },
      entries: [
        { account: "promotions", amountNanos: -amountNanos },
        { account: "wallet", amountNanos },
      ],
    }),
  );
}

/** What a provider's answer does to a payment: status, credit and brakes, once. */
export async function endTopUp(
  db: Db,
  id: string,
  status: "succeeded" | "failed" | "needs_action",
): Promise<void> {
  await db.transaction(async (tx) => {
    const [topUp] = await tx
      .update(topUps)
      .set({
        status,
        ...(status === "needs_action" ? {} : { completedAt: sql`now()` }),
        ...(status === "failed" ? { failureMessage: "Your card was declined." } : {}),
      })
      .where(eq(topUps.id, id))
      .returning();
    if (!topUp) throw new Error(`no top-up ${id}`);
    if (status === "succeeded") {
      const amountNanos = centsToNanos(topUp.amountCents);
      await postTransaction(tx, {
        ...{ workspaceId: topUp.workspaceId, kind: "top_up", reference: `top_up:${id}` },
        description: "Top-up",
        entries: [
          { account: "processor", amountNanos: -amountNanos },
          { account: "wallet", amountNanos },
        ],
      });
    }
    await noteTopUpEnd(tx, topUp);
  });
}
