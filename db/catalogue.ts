import type { Db } from "@/db/client";
import { modelPrices, models, upstreams } from "@/db/schema/models";
import { plans } from "@/db/schema/workspaces";
import { usdToNanos } from "@/lib/money";

const simulated = "simulated";

/** Prices in dollars per million tokens, as the models' makers publish them. */
const listedModels = [
  ["claude-haiku-4-5-20251001", "Claude Haiku 4.5", "anthropic", 200_000, 64_000, "1", "5"],
  ["deepseek-chat", "DeepSeek Chat", "deepseek", 128_000, 8_192, "0.28", "0.42"],
  ["glm-4.7", "GLM 4.7", "z-ai", 200_000, 128_000, "0.60", "2.20"],
  ["gpt-4", "GPT-4", "openai", 8_192, 8_192, "30", "60"],
] as const;

/**
 * Models that give vectors, not answers: no output tokens, and out of the list, so that whoever goes
 * through it can talk to every model in it.
 */
const embeddingModels = [
  ["text-embedding-3-small", "Text Embedding 3 Small", "openai", 8_192, "0.02"],
] as const;

/** Models that force a documented failure or a slow stream, so that clients can be tested. */
const mockModels = [
  "mock-400",
  "mock-401",
  "mock-402",
  "mock-403",
  "mock-404",
  "mock-429",
  "mock-500",
  "mock-502",
  "mock-503",
  "mock-504",
  "mock-cut",
  "mock-slow",
] as const;

/** Puts in the plans, the simulated upstream and its models; what is there already stays as it is. */
export async function ensureCatalogue(db: Db): Promise<void> {
  await db
    .insert(plans)
    .values([
      { id: "standard", name: "Standard", requestsPerHour: 1_000, position: 1 },
      { id: "pro", name: "Pro", requestsPerHour: 10_000, position: 2 },
      {
        id: "enterprise",
        name: "Enterprise",
        requestsPerHour: null,
        selfService: false,
        position: 3,
      },
    ])
    .onConflictDoNothing();
  await db
    .insert(upstreams)
    .values({ id: simulated, kind: "simulated", name: "Simulated" })
    .onConflictDoNothing();

  const listed = listedModels.map(([id, displayName, ownedBy, contextTokens, outputTokensMax]) => ({
    id,
    displayName,
    ownedBy,
    contextTokens,
    outputTokensMax,
    outputTokensDefault: 4_096,
    listed: true,
  }));
  const mocks = mockModels.map((id) => ({
    id,
    displayName: id,
    ownedBy: simulated,
    contextTokens: 128_000,
    outputTokensMax: 8_192,
    outputTokensDefault: 4_096,
    listed: false,
  }));
  const embeddings = embeddingModels.map(([id, displayName, ownedBy, contextTokens]) => ({
    id,
    displayName,
    ownedBy,
    contextTokens,
    outputTokensMax: 0,
    outputTokensDefault: 0,
    listed: false,
  }));
  await db
    .insert(models)
    .values(
      [...listed, ...mocks, ...embeddings].map((m) => ({
        ...m,
        upstreamId: simulated,
        upstreamModel: m.id,
      })),
    )
    .onConflictDoNothing();

  const effectiveFrom = new Date("2026-01-01T00:00:00Z");
  await db
    .insert(modelPrices)
    .values([
      ...listedModels.map(([modelId, , , , , input, output]) => ({
        modelId,
        effectiveFrom,
        inputNanosPerMtok: usdToNanos(input),
        outputNanosPerMtok: usdToNanos(output),
      })),
      ...embeddingModels.map(([modelId, , , , input]) => ({
        modelId,
        effectiveFrom,
        inputNanosPerMtok: usdToNanos(input),
        outputNanosPerMtok: 0n,
      })),
      ...mockModels.map((modelId) => ({
        modelId,
        effectiveFrom,
        inputNanosPerMtok: usdToNanos("1"),
        outputNanosPerMtok: usdToNanos("2"),
      })),
    ])
    .onConflictDoNothing();
}
