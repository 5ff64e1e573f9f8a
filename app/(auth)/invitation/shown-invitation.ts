import "server-only";
import { headers } from "next/headers";
import { getDb } from "@/db/client";
import { visitorOf } from "@/lib/auth/auth";
import { readPassing } from "@/lib/auth/cookies";
import { readInvitation, type ShownInvitation } from "@/lib/auth/invitation";
import { AppError } from "@/lib/errors";

/** Where an invitation's link leads, also by way of signing in or up. */
export const invitationPath = "/invitation";

/** The invitation that the browser brought from its mail, looked at and not used; null where it opens nothing. */
export async function findShownInvitation(): Promise<ShownInvitation | null> {
  const text = await readPassing("invitation");
  if (text === null) return null;
  try {
    return await readInvitation(getDb(), text, visitorOf(await headers()));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The same for an act: throws INVALID_TOKEN, or RATE_LIMITED. */
export async function requireShownInvitation(): Promise<ShownInvitation> {
  const text = await readPassing("invitation");
  return await readInvitation(getDb(), text ?? "", visitorOf(await headers()));
}

/** The address to sign in or up with, for who comes from an invitation. */
export async function invitedEmail(callbackUrl: string): Promise<string | undefined> {
  if (callbackUrl !== invitationPath) return undefined;
  return (await findShownInvitation())?.email;
}
