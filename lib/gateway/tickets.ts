import { z } from "zod";
import { admissionDeadline, inTime } from "@/lib/gateway/admission";
import { type Call, type Gateway, isOurOwnWeb } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import { hashTicket, ticketHeader } from "@/lib/keys/ticket";

/** The one thing that a ticket is good for. */
const ticketTarget = "POST /v1/chat/completions";

const Secret = z.object({ hash: z.instanceof(Uint8Array) });

/**
 * The ticket of a call that our own web process makes in a key's name; null for everybody else, whose
 * header isn't looked at, and for other routes.
 */
export function readTicket({ settings }: Gateway, call: Call): string | null {
  const ticket = call.request.headers[ticketHeader];
  if (typeof ticket !== "string" || !isOurOwnWeb(call.request, settings)) return null;
  return `${call.method} ${call.request.url}` === ticketTarget ? ticket : null;
}

/**
 * Uses a ticket up, and answers the hash of the secret that its key is opened with: from there on the
 * call is judged, limited, charged and logged as if it had shown the secret. The deletion decides who
 * of many has the ticket, the database's clock whether it still counts. Throws invalid_key.
 */
export async function redeemTicket({ door }: Gateway, ticket: string): Promise<Buffer> {
  const taking = door.sql`
    with taken as (
      delete from key_tickets where hash = ${hashTicket(ticket)}
      returning key_id, workspace_id, expires_at
    )
    select s.hash from taken t
    join api_key_secrets s on s.key_id = t.key_id and s.workspace_id = t.workspace_id
    -- One that waits for its first use is left waiting: that ends the old secret.
    where t.expires_at > clock_timestamp() and s.state = 'active'`;
  const [row] = await inTime(door.track(taking), admissionDeadline());
  if (!row) throw new GatewayError("invalid_key");
  return Buffer.from(Secret.parse(row).hash);
}
