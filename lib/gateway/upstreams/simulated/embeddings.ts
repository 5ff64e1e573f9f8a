import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { invalidFields } from "@/lib/gateway/errors";
import { embeddingsBody } from "@/lib/gateway/protocols/openai/embeddings";
import type {
  EmbeddingInput,
  EmbeddingRequest,
  EmbeddingsRequest,
  UpstreamEvent,
} from "@/lib/gateway/upstreams/upstream";
import type { TokenUsage } from "@/lib/models/price";
import { countTokens, splitTokens } from "@/lib/models/tokens";

/** Dimensions of the models that there are; a request may ask for fewer. */
const dimensionsMax = 1_536;
/** Dimensions that a token has a say in. */
const featuresPerToken = 8;
/** Words looked at, or vectors made, before other requests get their turn. */
const wordsPerTurn = 4_096;
const wordsPerVector = 256;

export function countEmbeddingInput(input: EmbeddingInput, max: number): number {
  return typeof input === "string" ? countTokens(input, max) : input.length;
}

function wordsOf(input: EmbeddingInput): string[] {
  return typeof input === "string"
    ? splitTokens(input.toLowerCase()).map((word) => word.trim())
    : input.map((token) => `#${token}`);
}

/** Texts that share words point in similar directions, as a program that compares them expects. */
function vectorOf(words: string[], model: string, dimensions: number): Float32Array {
  const vector = new Float64Array(dimensions);
  // A little of the model everywhere, so that no vector is zero.
  vector[0] = 1e-3;
  for (const word of words) {
    const digest = createHash("sha256").update(`${model}\n${word}`).digest();
    for (let i = 0; i < featuresPerToken; i++) {
      const slot = digest.readUInt32BE(i * 4);
      const index = (slot >>> 1) % dimensions;
      vector[index] = (vector[index] ?? 0) + (slot & 1 ? 1 : -1);
    }
  }
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => value / length);
}

/** Throws param for more dimensions than there are. */
export function checkEmbeddings({ dimensions, model }: EmbeddingsRequest): void {
  if (dimensions === null || dimensions <= dimensionsMax) return;
  const message = `must be at most ${dimensionsMax} for ${model}`;
  throw invalidFields([{ path: "dimensions", code: "too_big", message }]);
}

/** Deterministic vectors of length 1. Throws an AbortError when nobody waits any more. */
export async function embed(request: EmbeddingRequest): Promise<UpstreamEvent[]> {
  request.onSent();
  const vectors: Float32Array[] = [];
  let wordsLeft = wordsPerTurn;
  for (const input of request.inputs) {
    const words = wordsOf(input);
    vectors.push(vectorOf(words, request.model, request.dimensions ?? dimensionsMax));
    wordsLeft -= words.length + wordsPerVector;
    if (wordsLeft > 0) continue;
    wordsLeft = wordsPerTurn;
    await nextTurn(undefined, { signal: request.stop.signal });
  }
  const write = (billed: TokenUsage) => embeddingsBody(request, vectors, billed.inputTokens);
  return [{ type: "body", tokens: 0, write }];
}
