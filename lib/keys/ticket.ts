import { createHash, randomBytes } from "node:crypto";

/** Carries a ticket from our web process to the gateway; from anybody else it is no header at all. */
export const ticketHeader = "x-gatehouse-ticket";

/** A new ticket: 256 random bits, so that nobody guesses one in the seconds it is good for. */
export function mintTicket(): string {
  return randomBytes(32).toString("base64url");
}

/** What the database keeps of a ticket. */
export function hashTicket(ticket: string): Buffer {
  return createHash("sha256").update(ticket).digest();
}
