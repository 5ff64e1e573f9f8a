import "server-only";
import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { brandChoices, brandLogos } from "@/db/schema/brand";
import { accentFrom } from "@/lib/accent";
import { type BrandChoice, noChoice } from "@/lib/brand";
import type { CleanLogo } from "@/lib/branding/logo";
import { UpdateBrand } from "@/lib/branding/schema";

/** What every process listens to (`follow.ts`). */
export const brandChannel = "gatehouse_brand";

export interface StoredBrand extends UpdateBrand {
  logo: { hash: string; contentType: string; bytes: number } | null;
}

/** The address of a logo on our own origin. */
export const logoHrefOf = (hash: string) => `/brand/${hash}`;

/** What operators chose, as the form has it. */
export async function readStoredBrand(db: Db): Promise<StoredBrand> {
  const [row] = await db.select().from(brandChoices).limit(1);
  const [logo] = await db
    .select({
      hash: brandLogos.hash,
      contentType: brandLogos.contentType,
      bytes: sql<number>`length(${brandLogos.body})`,
    })
    .from(brandLogos)
    .limit(1);
  return {
    name: row?.name ?? null,
    tagline: row?.tagline ?? null,
    supportEmail: row?.supportEmail ?? null,
    accent: row?.accent ?? null,
    appOrigin: row?.appOrigin ?? null,
    apiOrigin: row?.apiOrigin ?? null,
    logo: logo ?? null,
  };
}

/** What operators chose, as `lib/brand.ts` takes it. */
export async function readBrandChoice(db: Db): Promise<BrandChoice> {
  const { logo, accent, ...stored } = await readStoredBrand(db);
  return {
    ...noChoice,
    ...stored,
    accent: accent === null ? null : accentFrom(accent),
    logoHref: logo ? logoHrefOf(logo.hash) : null,
  };
}

/** What each field is called in the audit log. */
const fieldNames: Record<keyof UpdateBrand, string> = {
  name: "name",
  tagline: "tagline",
  supportEmail: "support address",
  accent: "accent",
  appOrigin: "dashboard’s host",
  apiOrigin: "API’s host",
};

/**
 * Changes the brand, for all processes when the transaction ends. Answers each changed field in words, with what it
 * was and is. Call it inside a transaction.
 */
export async function updateBrand(
  tx: Db,
  wanted: UpdateBrand,
): Promise<{ field: string; from: string; to: string }[]> {
  // Two at once would both compare with what was before.
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${brandChannel}))`);
  const before = await readStoredBrand(tx);
  const text = (value: string | null) => value ?? "the default";
  const names = UpdateBrand.keyof().options.filter((name) => before[name] !== wanted[name]);
  if (names.length === 0) return [];
  await tx
    .insert(brandChoices)
    .values(wanted)
    .onConflictDoUpdate({
      target: brandChoices.only,
      set: { ...wanted, updatedAt: sql`now()` },
    });
  await announce(tx);
  return names.map((name) => ({
    field: fieldNames[name],
    from: text(before[name]),
    to: text(wanted[name]),
  }));
}

/** Puts a logo in the place of the one before. Answers its hash, or null where it is that one already. */
export async function setLogo(tx: Db, logo: CleanLogo): Promise<string | null> {
  const { body, contentType } = logo;
  const hash = createHash("sha256").update(contentType).update("\n").update(body).digest("hex");
  const [before] = await tx.select({ hash: brandLogos.hash }).from(brandLogos).for("update");
  if (before?.hash === hash) return null;
  const row = { hash, contentType, body };
  await tx
    .insert(brandLogos)
    .values(row)
    .onConflictDoUpdate({ target: brandLogos.only, set: { ...row, createdAt: sql`now()` } });
  await announce(tx);
  return hash;
}

/** Answers false where there was none. */
export async function removeLogo(tx: Db): Promise<boolean> {
  const removed = await tx.delete(brandLogos).returning({ hash: brandLogos.hash });
  if (removed.length === 0) return false;
  await announce(tx);
  return true;
}

/** The logo of an address; null where another or none is up. */
export async function findLogo(
  db: Db,
  hash: string,
): Promise<{ contentType: string; body: Buffer } | null> {
  const [row] = await db
    .select({ contentType: brandLogos.contentType, body: brandLogos.body })
    .from(brandLogos)
    .where(eq(brandLogos.hash, hash));
  return row ?? null;
}

async function announce(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_notify(${brandChannel}, '')`);
}
