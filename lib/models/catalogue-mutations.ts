import "server-only";
import { isDeepStrictEqual } from "node:util";
import { eq, inArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { modelFallbacks, modelPrices, models, upstreams } from "@/db/schema/models";
import { AppError } from "@/lib/errors";
import { lockOwnModel } from "@/lib/models/prices";
import type { AddModel, UpdateModel } from "@/lib/models/schema";
import { usdToNanos } from "@/lib/money";

type Described = Omit<UpdateModel, "id">;

const refuse = (field: string, message: string) =>
  new AppError("VALIDATION_ERROR", undefined, { fields: { [field]: message } });

/**
 * Adds a model with its first price, which holds at once: nobody could ask for the model before. Call it
 * inside a transaction. VALIDATION_ERROR on `id` where it is taken, also by a retired one, on `ways` for
 * upstreams that aren't there or make no embeddings.
 */
export async function addModel(tx: Db, input: AddModel): Promise<void> {
  const { id, inputUsd, outputUsd, ...described } = input;
  await requireUpstreams(tx, described);
  const added = await tx
    .insert(models)
    .values({ id, ...rowOf(id, described) })
    .onConflictDoNothing()
    .returning({ id: models.id });
  if (added.length === 0) throw refuse("id", "There is a model of this name already.");
  await tx.insert(modelPrices).values({
    modelId: id,
    effectiveFrom: sql`date_trunc('milliseconds', now())`,
    inputNanosPerMtok: usdToNanos(inputUsd),
    outputNanosPerMtok: usdToNanos(outputUsd),
  });
  const others = fallbacksOf(id, described);
  if (others.length > 0) await tx.insert(modelFallbacks).values(others);
}

/**
 * Changes what a model is and who answers for it, from the next request on. Answers the names of the fields
 * that changed. Call it inside a transaction.
 * NOT_FOUND; CONFLICT for one of the configuration file; VALIDATION_ERROR on `ways` as for a new one.
 */
export async function updateModel(tx: Db, { id, ...described }: UpdateModel): Promise<string[]> {
  const before = await lockOwnModel(tx, id);
  await requireUpstreams(tx, described);
  const row = rowOf(id, described);
  const others = fallbacksOf(id, described);
  const left = await tx
    .select()
    .from(modelFallbacks)
    .where(eq(modelFallbacks.modelId, id))
    .orderBy(modelFallbacks.position);
  const isRerouted =
    before.upstreamId !== row.upstreamId ||
    before.upstreamModel !== row.upstreamModel ||
    !isDeepStrictEqual(left, others);
  const fields = [
    ...(before.displayName === row.displayName ? [] : ["name"]),
    ...(before.ownedBy === row.ownedBy ? [] : ["maker"]),
    ...(isRerouted ? ["upstreams"] : []),
    ...(before.contextTokens === row.contextTokens ? [] : ["context"]),
    ...(before.outputTokensMax === row.outputTokensMax ? [] : ["max output"]),
    ...(before.outputTokensDefault === row.outputTokensDefault ? [] : ["default output"]),
    ...(before.listed === row.listed ? [] : [row.listed ? "listed" : "not listed"]),
  ];
  if (fields.length === 0) return fields;
  await tx.update(models).set(row).where(eq(models.id, id));
  if (isRerouted) {
    await tx.delete(modelFallbacks).where(eq(modelFallbacks.modelId, id));
    if (others.length > 0) await tx.insert(modelFallbacks).values(others);
  }
  return fields;
}

/**
 * Retires a model, or brings it back: from the next request on nobody gets an answer from it, and those that
 * are under way end as they would have. Answers whether that changed anything. Call it inside a transaction.
 * NOT_FOUND; CONFLICT for one of the configuration file.
 */
export async function setModelRetired(tx: Db, id: string, isRetired: boolean): Promise<boolean> {
  const model = await lockOwnModel(tx, id);
  if ((model.retiredAt !== null) === isRetired) return false;
  await tx
    .update(models)
    .set({ retiredAt: isRetired ? sql`now()` : null })
    .where(eq(models.id, id));
  return true;
}

function rowOf(id: string, described: Described) {
  const { ways, displayName, ownedBy, listed } = described;
  const { contextTokens, outputTokensMax, outputTokensDefault } = described;
  const [first] = ways;
  if (!first) throw refuse("ways", "Choose an upstream.");
  return {
    ...{ displayName, ownedBy, listed, contextTokens, outputTokensMax, outputTokensDefault },
    ...{ upstreamId: first.upstreamId, upstreamModel: first.model || id },
  };
}

function fallbacksOf(modelId: string, { ways }: Described) {
  return ways.slice(1).map(({ upstreamId, model }, i) => ({
    ...{ modelId, position: i + 1, upstreamId },
    upstreamModel: model || modelId,
  }));
}

/** Locked, so that none of them is removed meanwhile. */
async function requireUpstreams(tx: Db, { ways, outputTokensMax }: Described): Promise<void> {
  const ids = ways.map(({ upstreamId }) => upstreamId);
  const found = await tx
    .select({ id: upstreams.id, kind: upstreams.kind })
    .from(upstreams)
    .where(inArray(upstreams.id, ids))
    .for("share");
  const kinds = new Map(found.map(({ id, kind }) => [id, kind]));
  for (const id of ids) {
    if (!kinds.has(id)) throw refuse("ways", `There is no upstream ${id} any more.`);
    if (outputTokensMax === 0 && kinds.get(id) === "anthropic") {
      throw refuse(
        "ways",
        `${id} makes no embeddings, which is all that a model without output does.`,
      );
    }
  }
  // Invented answers never stand in for a provider's.
  if (ids.length > 1 && [...kinds.values()].includes("simulated")) {
    throw refuse("ways", "The simulated upstream answers alone or not at all.");
  }
}
