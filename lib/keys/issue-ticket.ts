import "server-only";
import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { AppError } from "@/lib/errors";
import { isId } from "@/lib/id";
import { hashTicket, mintTicket } from "@/lib/keys/ticket";
import { requirePermission } from "@/lib/permissions";
import type { Scope } from "@/lib/scope";

/** Long enough for the way to the gateway, too short to be kept. */
const lifetimeSeconds = 30;

/**
 * Lets one request be made in the name of a key of the workspace, by a member who may make keys and so
 * could hold its secret as well. Whether the key opens the door is for the gateway to judge. Throws
 * FORBIDDEN for roles that may only look, NOT_FOUND for a key of another's or none.
 */
export async function issueTicket(db: Db, scope: Scope, keyId: string): Promise<string> {
  requirePermission(scope, "playground.use");
  if (!isId("apiKey", keyId)) throw new AppError("NOT_FOUND");
  const ticket = mintTicket();
  // Those that were never used go with the next one that is made.
  const made = await db.execute(sql`
    with swept as (delete from key_tickets where expires_at < now())
    insert into key_tickets (hash, key_id, workspace_id, expires_at)
    select ${hashTicket(ticket)}, id, workspace_id,
      clock_timestamp() + make_interval(secs => ${lifetimeSeconds})
    from api_keys where id = ${keyId} and workspace_id = ${scope.workspaceId}
    returning key_id`);
  if (made.length === 0) throw new AppError("NOT_FOUND");
  return ticket;
}
