import "server-only";
import { headers } from "next/headers";
import { getDb } from "@/db/client";
import { visitorOf } from "@/lib/auth/auth";
import { readPassing } from "@/lib/auth/cookies";
import { type LiveMailToken, type MailPurpose, readMailToken } from "@/lib/auth/mail-token";
import { AppError } from "@/lib/errors";

/** The token that the browser brought from its mail, looked at and not used; null where it opens nothing. */
export async function findMailedToken(purpose: MailPurpose): Promise<LiveMailToken | null> {
  const text = await readPassing("link");
  if (text === null) return null;
  try {
    return await readMailToken(getDb(), purpose, text, visitorOf(await headers()));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** The same for an act: throws INVALID_TOKEN, or RATE_LIMITED. */
export async function requireMailedToken(purpose: MailPurpose): Promise<LiveMailToken> {
  const text = await readPassing("link");
  return await readMailToken(getDb(), purpose, text ?? "", visitorOf(await headers()));
}
