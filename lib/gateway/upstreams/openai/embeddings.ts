import { z } from "zod";
import type { JsonObject } from "@/lib/gateway/chat";
import { readVector, writeVector } from "@/lib/gateway/protocols/openai/vectors";
import { usageOf } from "@/lib/gateway/upstreams/openai/answer";
import { failureOfError, garbage, readErrorBody } from "@/lib/gateway/upstreams/provider-failure";
import type { EmbeddingRequest, UpstreamEvent } from "@/lib/gateway/upstreams/upstream";

/** The base address ends as OpenAI's does, in `/v1`. */
export function embeddingsUrl(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, "")}/embeddings`;
}

/** The caller's own body, under the model's name at the upstream. */
export function requestBody({ original }: EmbeddingRequest, model: string): JsonObject {
  return { ...original, model };
}

const Vector = z.union([z.array(z.number()).min(1), z.string().min(1)]);

const List = z.looseObject({
  data: z.array(z.looseObject({ index: z.int().nonnegative().optional(), embedding: Vector })),
});
type Item = z.infer<typeof List>["data"][number];

/** A vector in the encoding that was asked for: not every compatible server knows both. */
function asAsked({ embedding }: Item, { encoding }: EmbeddingRequest) {
  if (typeof embedding !== "string") {
    return encoding === "float" ? embedding : writeVector(embedding, encoding);
  }
  const vector = readVector(embedding);
  if (!vector) throw garbage("a vector that can't be read");
  return encoding === "base64" ? embedding : vector;
}

/** The items in the order of the inputs. Throws ProviderFailure unless each input has one. */
function inOrder(items: Item[], count: number): Item[] {
  const places = items.map((item, position) => item.index ?? position);
  const isWhole = items.length === count && new Set(places).size === count;
  if (!isWhole || places.some((place) => place >= count)) {
    throw garbage("vectors that don't fit the inputs");
  }
  const ordered = [...items];
  for (const [i, place] of places.entries()) ordered[place] = items[i] ?? { embedding: [] };
  return ordered;
}

/** Reads a list of embeddings. Throws ProviderFailure for anything else. */
export function readEmbeddings(request: EmbeddingRequest, raw: unknown): UpstreamEvent[] {
  const error = readErrorBody(raw);
  if (error) throw failureOfError(error);
  const parsed = List.safeParse(raw);
  if (!parsed.success) throw garbage("a body that is no list of embeddings");
  const { data, ...rest } = parsed.data;
  const vectors = inOrder(data, request.inputs.length).map((item, index) => ({
    ...item,
    object: "embedding",
    index,
    embedding: asAsked(item, request),
  }));
  const told = usageOf(rest);
  // There is no output, and nobody tells of one.
  const usage = told ? [{ type: "usage" as const, usage: { ...told, outputTokens: 0 } }] : [];
  const write = (billed: { inputTokens: number }) => ({
    ...rest,
    object: "list",
    data: vectors,
    model: request.model,
    usage: { prompt_tokens: billed.inputTokens, total_tokens: billed.inputTokens },
  });
  return [...usage, { type: "body", tokens: 0, write }];
}
