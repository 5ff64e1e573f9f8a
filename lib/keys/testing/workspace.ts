import { randomBytes } from "node:crypto";
import type { Db } from "@/db/client";
import { users } from "@/db/schema/workspaces";
import { newId } from "@/lib/id";
import { createKey } from "@/lib/keys/create-key";
import type { CreateKey } from "@/lib/keys/schema";
import type { Role, Scope } from "@/lib/scope";
import { createWorkspace } from "@/lib/workspaces/mutations";

export const origin = { address: "203.0.113.7", userAgent: "vitest" };

/** A workspace of the test's own, seen by its owner or by a member in another role. */
export async function openWorkspace(db: Db, role: Role = "owner"): Promise<Scope> {
  const userId = newId("user");
  await db.insert(users).values({ id: userId, name: "Ada", email: `${userId}@example.com` });
  const workspaceId = await createWorkspace(db, { name: "Acme", ownerId: userId });
  return { workspaceId, userId, sessionId: newId("session"), role };
}

/** A form as the page sends it, with a nonce of its own. */
export function keyForm(change: Partial<CreateKey> = {}): CreateKey {
  return {
    name: "Production",
    environment: "live",
    scopes: ["read"],
    expiry: { kind: "days", days: 90 },
    nonce: randomBytes(16).toString("hex"),
    ...change,
  };
}

/** Makes a key and answers its id. */
export async function makeKey(db: Db, scope: Scope, change?: Partial<CreateKey>): Promise<string> {
  const { id } = await createKey(db, scope, keyForm(change), origin);
  return id;
}
