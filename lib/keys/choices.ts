import "server-only";
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "@/db/client";
import type { Scope } from "@/lib/scope";

/** A key as somebody picks it by name. */
export interface KeyChoice {
  id: string;
  name: string;
  environment: "live" | "test";
  last4: string;
}

const choicesMax = 200;

const Row = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(["live", "test"]),
  last4: z.string(),
});

/**
 * The keys that work now and may read, those of the sandbox first, then the newest; at most 200, and
 * `chosenId` among them where it is one of the workspace's own.
 */
export async function listKeyChoices(
  db: Db,
  scope: Scope,
  chosenId: string | null,
): Promise<KeyChoice[]> {
  const rows = await db.execute(sql`
    select k.id, k.name, k.environment, s.last4
    from api_keys k
    join api_key_secrets s on s.key_id = k.id and s.state = 'active'
    where k.workspace_id = ${scope.workspaceId}
      and k.revoked_at is null and k.disabled_at is null
      and least(k.expires_at, k.rotation_deadline_at, 'infinity') > now()
      and k.scopes && array['read', 'admin']
    order by coalesce(k.id = ${chosenId}, false) desc, k.environment = 'test' desc,
      k.created_at desc, k.id desc
    limit ${choicesMax}`);
  const keys = rows.map((row) => Row.parse(row));
  // The chosen one came first only so that it isn't cut off.
  return [
    ...keys.filter(({ environment }) => environment === "test"),
    ...keys.filter(({ environment }) => environment === "live"),
  ];
}
