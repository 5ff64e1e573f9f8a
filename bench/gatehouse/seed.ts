import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { closeDb, getDb } from "@/db/client";
import { users, workspaces } from "@/db/schema/workspaces";
import { postTransaction } from "@/lib/billing/journal";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create-key";
import { usdToNanos } from "@/lib/money";
import { createWorkspace } from "@/lib/workspaces/mutations";

// Makes customers with every limit set, none of them low enough to refuse anybody, and prints their keys
// as JSON. It goes through the product's own verbs, so that the books can be verified afterwards.

const [countText = "1"] = process.argv.slice(2);
const balanceUsd = "1000000";
const balanceNanos = usdToNanos(balanceUsd);
const requestsMax = 1_000_000_000;
const nobody = { address: null, userAgent: null };

async function makeCustomer(number: number): Promise<{ workspaceId: string; secret: string }> {
  const db = getDb();
  const userId = newId("user");
  const workspaceId = await db.transaction(async (tx) => {
    const email = `customer-${number}@bench.example`;
    await tx.insert(users).values({ id: userId, name: `Customer ${number}`, email });
    const id = await createWorkspace(tx, { name: `Customer ${number}`, ownerId: userId });
    await postTransaction(tx, {
      workspaceId: id,
      kind: "grant",
      reference: `bench:${id}`,
      description: "Credit",
      entries: [
        { account: "promotions", amountNanos: -balanceNanos },
        { account: "wallet", amountNanos: balanceNanos },
      ],
    });
    const limits = {
      requestsPerHour: requestsMax,
      requestsPerDay: requestsMax,
      requestsPerMonth: requestsMax,
      concurrentStreams: 1_000,
    };
    await tx.update(workspaces).set(limits).where(eq(workspaces.id, id));
    return id;
  });
  const scope = { workspaceId, userId, sessionId: "", role: "owner" as const };
  const key = await createKey(
    db,
    scope,
    {
      name: "Bench",
      environment: "live",
      scopes: ["read"],
      expiry: { kind: "days", days: 30 },
      caps: { month: balanceUsd },
      nonce: randomBytes(12).toString("hex"),
    },
    nobody,
  );
  return { workspaceId, secret: key.secret };
}

const customers = [];
for (let number = 1; number <= Number(countText); number++)
  customers.push(await makeCustomer(number));
process.stdout.write(JSON.stringify(customers));
await closeDb();
