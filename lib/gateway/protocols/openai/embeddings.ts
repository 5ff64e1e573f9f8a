import { z } from "zod";
import {
  Label,
  ModelName,
  oneOf,
  refuseFields,
  Text,
  wholeBetween,
} from "@/lib/gateway/protocols/fields";
import type { EmbeddingInput } from "@/lib/gateway/upstreams/upstream";
import { parseBody } from "@/lib/gateway/validation";

const inputsMax = 2_048;

const InputText = Text.min(1, "must not be empty");
const Token = wholeBetween(0, 2_147_483_647);

const notEmpty = "must not be empty";
const tooMany = `must have at most ${inputsMax} items`;

/**
 * Which of the published kinds of input it is meant to be is told by the first item. Lists of token
 * lists are refused: several inputs are sent as strings.
 */
const Input = z.unknown().superRefine((input, context) => {
  const [first] = Array.isArray(input) ? input : [];
  const kind =
    typeof first === "number"
      ? z.array(Token)
      : z
          .array(InputText, { error: "must be a string or a list of strings or tokens" })
          .min(1, notEmpty)
          .max(inputsMax, tooMany);
  const result = (typeof input === "string" ? InputText : kind).safeParse(input);
  for (const { path, message, code } of result.error?.issues ?? []) {
    const isMissing = input === undefined && code === "invalid_type";
    context.addIssue(
      isMissing
        ? { code, expected: "string", message }
        : { code: "custom", path: [...path], message },
    );
  }
});

/** https://platform.openai.com/docs/api-reference/embeddings/create */
export const EmbeddingsBody = z
  .looseObject(
    {
      model: ModelName,
      input: Input,
      dimensions: wholeBetween(1, 65_536).nullish(),
      encoding_format: oneOf(["float", "base64"]).nullish(),
      user: Label.nullish(),
    },
    { error: "must be an object" },
  )
  .superRefine(refuseFields);

export interface EmbeddingsRequest {
  model: string;
  inputs: EmbeddingInput[];
  /** Null where the model's own number is wanted. */
  dimensions: number | null;
  encoding: "float" | "base64";
}

const Inputs = z.union([
  z.string().transform((text) => [text]),
  z.array(z.string()),
  z.array(z.number()).transform((tokens) => [tokens]),
]);

/** Reads an embeddings request. Throws param, missing_param. */
export function parseEmbeddings(raw: unknown): EmbeddingsRequest {
  const body = parseBody(EmbeddingsBody, raw);
  return {
    model: body.model,
    inputs: Inputs.parse(body.input),
    dimensions: body.dimensions ?? null,
    encoding: body.encoding_format ?? "float",
  };
}

function encode(vector: Float32Array, encoding: EmbeddingsRequest["encoding"]) {
  if (encoding === "float") return Array.from(vector);
  // Little-endian as the protocol has it, whatever this machine's order is.
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4);
  return bytes.toString("base64");
}

export function embeddingsBody(
  request: EmbeddingsRequest,
  vectors: Float32Array[],
  inputTokens: number,
) {
  return {
    object: "list",
    data: vectors.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: encode(vector, request.encoding),
    })),
    model: request.model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  };
}
