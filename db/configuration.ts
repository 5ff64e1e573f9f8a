import { and, desc, eq, lte, notInArray, sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { priceLeadMs } from "@/db/price-lead";
import { modelFallbacks, modelPrices, models, upstreams } from "@/db/schema/models";
import type { Configuration } from "@/lib/configuration";
import { usdToNanos } from "@/lib/money";
import { credentialContext, seal } from "@/lib/sealed";

type ConfiguredModel = Configuration["models"][number];

/**
 * Writes a deployment's upstreams and models into their tables, in one transaction. What the file names
 * becomes as the file says, and can be changed there alone; what it doesn't name stays, and can be changed in
 * the console. Credentials are encrypted under `credentialKey`
 * (32 bytes). Prices are added, never changed.
 */
export async function applyConfiguration(
  db: Db,
  configuration: Configuration,
  credentialKey: Uint8Array,
): Promise<void> {
  await db.transaction(async (tx) => {
    await forgetConfigured(tx, upstreams, configuration.upstreams);
    await forgetConfigured(tx, models, configuration.models);
    for (const upstream of configuration.upstreams) {
      const { api_key, timeouts } = upstream;
      const row = {
        kind: upstream.kind,
        name: upstream.name ?? upstream.id,
        baseUrl: upstream.base_url,
        allowPrivate: upstream.allow_private,
        credential:
          api_key === undefined
            ? null
            : seal(credentialKey, Buffer.from(api_key), credentialContext(upstream.id)),
        timeouts: timeouts
          ? {
              connectMs: timeouts.connect_ms,
              firstByteMs: timeouts.first_byte_ms,
              idleMs: timeouts.idle_ms,
              totalMs: timeouts.total_ms,
              drainMs: timeouts.drain_ms,
            }
          : null,
        isConfigured: true,
      };
      await tx
        .insert(upstreams)
        .values({ id: upstream.id, ...row })
        .onConflictDoUpdate({ target: upstreams.id, set: row });
    }
    for (const model of configuration.models) await applyModel(tx, model);
  });
}

/** What the file names no more is the console's. */
async function forgetConfigured(
  tx: Db,
  table: typeof upstreams | typeof models,
  named: readonly { id: string }[],
): Promise<void> {
  await tx
    .update(table)
    .set({ isConfigured: false })
    .where(
      and(
        eq(table.isConfigured, true),
        notInArray(
          table.id,
          named.map(({ id }) => id),
        ),
      ),
    );
}

async function applyModel(tx: Db, model: ConfiguredModel): Promise<void> {
  const nameAt = (upstream: ConfiguredModel["upstreams"][number]) =>
    upstream.model ?? model.upstream_model ?? model.id;
  const [first, ...others] = model.upstreams;
  if (!first) return;
  const row = {
    displayName: model.display_name ?? model.id,
    ownedBy: model.owned_by ?? first.id,
    upstreamId: first.id,
    upstreamModel: nameAt(first),
    contextTokens: model.context_tokens,
    outputTokensMax: model.output_tokens_max,
    outputTokensDefault: model.output_tokens_default ?? Math.min(4_096, model.output_tokens_max),
    listed: model.listed,
    retiredAt: null,
    isConfigured: true,
  };
  await tx
    .insert(models)
    .values({ id: model.id, ...row })
    .onConflictDoUpdate({ target: models.id, set: row });
  await tx.delete(modelFallbacks).where(eq(modelFallbacks.modelId, model.id));
  if (others.length > 0) {
    await tx.insert(modelFallbacks).values(
      others.map((upstream, i) => ({
        modelId: model.id,
        position: i + 1,
        upstreamId: upstream.id,
        upstreamModel: nameAt(upstream),
      })),
    );
  }
  await applyPrice(tx, model);
}

/** Every gateway has heard of a price when it begins. */
const soonest = sql`date_trunc('milliseconds', clock_timestamp())
  + make_interval(secs => ${priceLeadMs / 1_000})`;

/** Adds a price where it isn't the one that holds already at that moment. */
async function applyPrice(tx: Db, { id, price }: ConfiguredModel): Promise<void> {
  const inputNanosPerMtok = usdToNanos(price.input_usd_per_mtok);
  const outputNanosPerMtok = usdToNanos(price.output_usd_per_mtok);
  const [begun] = await tx.select().from(modelPrices).where(eq(modelPrices.modelId, id)).limit(1);
  const wanted = price.effective_from
    ? sql`${price.effective_from.toISOString()}::timestamptz`
    : sql`'-infinity'::timestamptz`;
  // The first price may begin whenever; another one never in the past, which has been charged for already.
  const from = begun
    ? sql`greatest(${wanted}, ${soonest})`
    : price.effective_from
      ? wanted
      : sql`now()`;
  const [held] = await tx
    .select()
    .from(modelPrices)
    .where(and(eq(modelPrices.modelId, id), lte(modelPrices.effectiveFrom, from)))
    .orderBy(desc(modelPrices.effectiveFrom))
    .limit(1);
  const isSame =
    held?.inputNanosPerMtok === inputNanosPerMtok && held.outputNanosPerMtok === outputNanosPerMtok;
  if (isSame) return;
  const added = await tx
    .insert(modelPrices)
    .values({ modelId: id, effectiveFrom: from, inputNanosPerMtok, outputNanosPerMtok })
    .onConflictDoNothing()
    .returning({ modelId: modelPrices.modelId });
  if (added.length === 0) {
    throw new Error(
      `The price of ${id} at its effective_from is set already; use a later instant.`,
    );
  }
}
