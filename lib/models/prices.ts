import "server-only";
import { and, asc, eq, gt, lte, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { priceLeadMs } from "@/db/price-lead";
import { modelPrices, models } from "@/db/schema/models";
import { AppError } from "@/lib/errors";
import type { Price } from "@/lib/models/price";
import type { PriceReference, SetPrice } from "@/lib/models/schema";
import { priceDaysMax, withdrawLeadMs } from "@/lib/models/terms";
import { usdToNanos } from "@/lib/money";
import { dayMs } from "@/lib/time";

export interface DatedPrice extends Price {
  effectiveFrom: Date;
}

/** A model's row, locked until the transaction ends, so that changes to it and to its prices queue. */
export async function lockModel(tx: Db, id: string): Promise<typeof models.$inferSelect> {
  const [model] = await tx.select().from(models).where(eq(models.id, id)).for("update");
  if (!model) throw new AppError("NOT_FOUND", "There is no such model. Reload the page.");
  return model;
}

/** The same, where it may be changed here. Throws CONFLICT for one of the configuration file. */
export async function lockOwnModel(tx: Db, id: string): Promise<typeof models.$inferSelect> {
  const model = await lockModel(tx, id);
  if (model.isConfigured) {
    throw new AppError(
      "CONFLICT",
      "This model is named by the configuration file. Change it there.",
    );
  }
  return model;
}

/** The database's clock in whole milliseconds, which is what instants are shown and sent in. */
async function readNow(tx: Db): Promise<Date> {
  const [row] = await tx.execute<{ ms: string }>(
    sql`select floor(extract(epoch from clock_timestamp()) * 1000)::text as ms`,
  );
  return new Date(Number(row?.ms));
}

/** The price that holds at an instant, as far as is known now. */
async function priceAt(tx: Db, modelId: string, at: Date): Promise<DatedPrice | null> {
  const [row] = await tx
    .select()
    .from(modelPrices)
    .where(and(eq(modelPrices.modelId, modelId), lte(modelPrices.effectiveFrom, at)))
    .orderBy(sql`${modelPrices.effectiveFrom} desc`)
    .limit(1);
  return row ?? null;
}

const refuse = (field: string, message: string) =>
  new AppError("VALIDATION_ERROR", undefined, { fields: { [field]: message } });

/**
 * Adds a price from an instant on; null is now, which is a few seconds away, so that every gateway knows of
 * it when it begins. Requests that were admitted before keep theirs. Call it inside a transaction.
 *
 * Errors: NOT_FOUND; CONFLICT for a model of the configuration file; VALIDATION_ERROR on `effectiveFrom` for
 * an instant that has passed, is years away or has a price already, on `inputUsd` where nothing would change.
 */
export async function setPrice(tx: Db, input: SetPrice): Promise<DatedPrice> {
  await lockOwnModel(tx, input.id);
  const now = await readNow(tx);
  const soonest = new Date(now.getTime() + priceLeadMs);
  const effectiveFrom = input.effectiveFrom ?? soonest;
  if (effectiveFrom < soonest) {
    throw refuse("effectiveFrom", "This has passed. Choose a later time, or now.");
  }
  if (effectiveFrom.getTime() > now.getTime() + priceDaysMax * dayMs) {
    throw refuse("effectiveFrom", "Choose a day within the next two years.");
  }
  const price = {
    inputNanosPerMtok: usdToNanos(input.inputUsd),
    outputNanosPerMtok: usdToNanos(input.outputUsd),
  };
  const before = await priceAt(tx, input.id, effectiveFrom);
  if (before && isSamePrice(before, price)) {
    throw refuse("inputUsd", "This is the price at that time already.");
  }
  const added = await tx
    .insert(modelPrices)
    .values({ modelId: input.id, effectiveFrom, ...price })
    .onConflictDoNothing()
    .returning({ modelId: modelPrices.modelId });
  if (added.length === 0) {
    throw refuse("effectiveFrom", "Another price begins then. Withdraw it first.");
  }
  return { effectiveFrom, ...price };
}

function isSamePrice(a: Price, b: Price): boolean {
  return (
    a.inputNanosPerMtok === b.inputNanosPerMtok && a.outputNanosPerMtok === b.outputNanosPerMtok
  );
}

/**
 * Takes a price back that hasn't begun. Answers what it was. Call it inside a transaction.
 *
 * Errors: NOT_FOUND; CONFLICT for a model of the configuration file, and for a price that has begun or is
 * about to.
 */
export async function withdrawPrice(tx: Db, input: PriceReference): Promise<DatedPrice> {
  await lockOwnModel(tx, input.id);
  const now = await readNow(tx);
  const isIt = and(
    eq(modelPrices.modelId, input.id),
    eq(modelPrices.effectiveFrom, input.effectiveFrom),
  );
  const [price] = await tx.select().from(modelPrices).where(isIt);
  if (!price) throw new AppError("NOT_FOUND", "There is no such price. Reload the page.");
  if (price.effectiveFrom.getTime() <= now.getTime() + withdrawLeadMs) {
    throw new AppError("CONFLICT", "This price has taken effect. Set another one instead.");
  }
  await tx.delete(modelPrices).where(isIt);
  return price;
}

/** All prices of a model, the newest first, and which of them holds. */
export interface PriceHistory {
  /** Not begun yet, the next one first. */
  scheduled: DatedPrice[];
  current: DatedPrice | null;
  /** Over, the latest first. */
  past: DatedPrice[];
}

/** A model's prices by the database's clock. */
export async function readPriceHistory(db: Db, modelId: string): Promise<PriceHistory> {
  const rows = await db
    .select({
      effectiveFrom: modelPrices.effectiveFrom,
      inputNanosPerMtok: modelPrices.inputNanosPerMtok,
      outputNanosPerMtok: modelPrices.outputNanosPerMtok,
      isScheduled: gt(modelPrices.effectiveFrom, sql`now()`).mapWith(Boolean),
    })
    .from(modelPrices)
    .where(eq(modelPrices.modelId, modelId))
    .orderBy(asc(modelPrices.effectiveFrom));
  const begun = rows.filter((row) => !row.isScheduled).reverse();
  const [current, ...past] = begun;
  return { scheduled: rows.filter((row) => row.isScheduled), current: current ?? null, past };
}
