import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { and, eq, gt, isNull, lt, ne, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { mailTokens } from "@/db/schema/workspaces";
import type { ClientAddress } from "@/lib/auth/address";
import { forgiveAttempt, takeLinkAttempt } from "@/lib/auth/throttle";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";

/** What a mailed link is for. */
export type MailPurpose = (typeof mailTokens.$inferSelect)["purpose"];

/** How long a link works, in minutes. */
export const linkMinutes: Record<MailPurpose, number> = {
  reset: 15,
  sign_in: 15,
  change_email: 60,
  sign_up: 24 * 60,
  verify: 24 * 60,
};

/** Wrong secrets that a token survives; the fifth makes it void. */
const attemptsMax = 5;

/** Tokens are kept this long after their end, for whoever asks what happened. */
const keptFor = sql`interval '7 days'`;

const tokenForm = /^(tok_[0-9a-hjkmnp-tv-z]{26})\.([A-Za-z0-9_-]{43})$/;

/** The hash under which a random secret of 256 bits is kept; it needs no slow one. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** 256 random bits as text that fits an address and a cookie. */
export function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}

export interface NewMailToken {
  purpose: MailPurpose;
  /** Null where the account is only being opened. */
  userId: string | null;
  /** Where the link is sent. */
  email: string;
  /** What the asking browser keeps in a cookie, where the link knows its own browser. */
  browser?: string;
  details?: Record<string, string>;
}

/**
 * Makes a token and answers the text that goes into the link: the row's id and its secret. The row keeps the
 * secret's hash alone. Links that were sent before go on working until one of them is used.
 */
export async function issueMailToken(tx: Db, token: NewMailToken): Promise<string> {
  await tx.delete(mailTokens).where(lt(mailTokens.expiresAt, sql`now() - ${keptFor}`));
  const id = newId("mailToken");
  const secret = makeSecret();
  await tx.insert(mailTokens).values({
    id,
    purpose: token.purpose,
    userId: token.userId,
    email: token.email,
    secretHash: hashSecret(secret),
    browserHash: token.browser ? hashSecret(token.browser) : null,
    details: token.details ?? {},
    expiresAt: sql`now() + make_interval(mins => ${linkMinutes[token.purpose]}::int)`,
  });
  return `${id}.${secret}`;
}

/** A token that was shown with its right secret and still counts. */
export interface LiveMailToken {
  id: string;
  userId: string | null;
  email: string;
  browserHash: Buffer | null;
  details: unknown;
}

/** Not used, not too old, not tried too often, and to the address that its user still has. */
function isLive(purpose: MailPurpose) {
  // The builder leaves out a table's name where a statement has only one, and then both sides were the inner one's.
  const isOwnAddress = sql`exists (
    select 1 from users u where u.id = mail_tokens.user_id and u.email = mail_tokens.email)`;
  const bindsAddress = purpose === "reset" || purpose === "verify" || purpose === "sign_in";
  return and(
    eq(mailTokens.purpose, purpose),
    isNull(mailTokens.usedAt),
    gt(mailTokens.expiresAt, sql`now()`),
    lt(mailTokens.attempts, attemptsMax),
    bindsAddress ? isOwnAddress : undefined,
  );
}

/**
 * Looks at a token without using it. Throws INVALID_TOKEN, in the same words, for one that is malformed, unknown,
 * used, too old or another's, and RATE_LIMITED for who tries many. A wrong secret counts against the token.
 */
export async function readMailToken(
  db: Db,
  purpose: MailPurpose,
  text: string,
  from: ClientAddress,
): Promise<LiveMailToken> {
  const [, id, secret] = tokenForm.exec(text) ?? [];
  const attempt = await takeLinkAttempt(db, from);
  if (id === undefined || secret === undefined) throw new AppError("INVALID_TOKEN");
  const [row] = await db
    .select()
    .from(mailTokens)
    .where(and(eq(mailTokens.id, id), isLive(purpose)));
  if (!row) throw new AppError("INVALID_TOKEN");
  if (!timingSafeEqual(row.secretHash, hashSecret(secret))) {
    await db
      .update(mailTokens)
      .set({ attempts: sql`${mailTokens.attempts} + 1` })
      .where(eq(mailTokens.id, id));
    throw new AppError("INVALID_TOKEN");
  }
  await forgiveAttempt(db, attempt);
  return row;
}

/**
 * Uses a token that `readMailToken` answered: of many at once one succeeds, the others get INVALID_TOKEN. The
 * others of its purpose for the same person become void with it.
 */
export async function spendMailToken(
  tx: Db,
  purpose: MailPurpose,
  token: LiveMailToken,
): Promise<void> {
  const [spent] = await tx
    .update(mailTokens)
    .set({ usedAt: sql`now()` })
    .where(and(eq(mailTokens.id, token.id), isLive(purpose)))
    .returning({ id: mailTokens.id });
  if (!spent) throw new AppError("INVALID_TOKEN");
  const sameOwner = token.userId
    ? eq(mailTokens.userId, token.userId)
    : eq(mailTokens.email, token.email);
  await tx
    .update(mailTokens)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        sameOwner,
        eq(mailTokens.purpose, purpose),
        isNull(mailTokens.usedAt),
        ne(mailTokens.id, token.id),
      ),
    );
}

/** Makes void what was mailed to a user for signing in or for a new password: after either has changed. */
export async function voidSignInTokens(tx: Db, userId: string): Promise<void> {
  await tx
    .update(mailTokens)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(mailTokens.userId, userId),
        sql`${mailTokens.purpose} in ('reset','sign_in')`,
        isNull(mailTokens.usedAt),
      ),
    );
}

/** True when this browser is the one that asked for the link. */
export function isAskingBrowser(token: LiveMailToken, browser: string | null): boolean {
  if (browser === null || token.browserHash === null) return false;
  return timingSafeEqual(token.browserHash, hashSecret(browser));
}
