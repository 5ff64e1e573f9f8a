import { randomUUID } from "node:crypto";
import type { Db } from "@/db/client";
import { apiKeys } from "@/db/schema/keys";
import { usageHourly } from "@/db/schema/usage";
import { users } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";
import type { Scope } from "@/lib/scope";
import { latencyBucketsCount } from "@/lib/usage/latency";
import { createWorkspace } from "@/lib/workspaces/mutations";

/** A workspace of its own with its owner. */
export async function openWorkspace(db: Db): Promise<Scope> {
  const userId = newId("user");
  await db.insert(users).values({ id: userId, name: "Ada", email: `${randomUUID()}@example.com` });
  const workspaceId = await createWorkspace(db, { name: "Acme", ownerId: userId });
  return { workspaceId, userId, sessionId: newId("session"), role: "owner" };
}

export async function addKey(db: Db, scope: Scope, name: string): Promise<string> {
  const id = newId("apiKey");
  await db.insert(apiKeys).values({
    id,
    workspaceId: scope.workspaceId,
    name,
    environment: "live",
    scopes: ["read"],
    createdBy: scope.userId,
  });
  return id;
}

/** A histogram whose requests are all in one bucket. */
export function latencyIn(place: number, requests: number): number[] {
  return Array.from({ length: latencyBucketsCount }, (_, i) => (i === place ? requests : 0));
}

export type RollUp = Partial<typeof usageHourly.$inferInsert> & { hour: Date };

/** Roll-ups of the workspace, with what isn't said made up. */
export async function addUsage(db: Db, scope: Scope, samples: readonly RollUp[]): Promise<void> {
  await db.insert(usageHourly).values(
    samples.map((sample) => ({
      workspaceId: scope.workspaceId,
      keyId: "key_a",
      model: "glm-4.7",
      endpoint: "/v1/chat/completions",
      statusClass: 2,
      requests: 1,
      inputTokens: 100,
      outputTokens: 10,
      costNanos: 1n,
      latencyBuckets: latencyIn(5, sample.requests ?? 1),
      ...sample,
    })),
  );
}
