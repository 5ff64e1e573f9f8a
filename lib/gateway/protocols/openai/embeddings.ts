import { z } from "zod";
import {
  Label,
  ModelName,
  oneOf,
  refuseFields,
  Text,
  wholeBetween,
} from "@/lib/gateway/protocols/fields";
import { writeVector } from "@/lib/gateway/protocols/openai/vectors";
import type { EmbeddingsRequest } from "@/lib/gateway/upstreams/upstream";
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

const Inputs = z.union([
  z.string().transform((text) => [text]),
  z.array(z.string()),
  z.array(z.number()).transform((tokens) => [tokens]),
]);

/** Reads an embeddings request. Throws param, missing_param. */
export function parseEmbeddings(raw: unknown): EmbeddingsRequest {
  const body = parseBody(EmbeddingsBody, raw);
  return {
    original: body,
    model: body.model,
    inputs: Inputs.parse(body.input),
    dimensions: body.dimensions ?? null,
    encoding: body.encoding_format ?? "float",
  };
}

/** The body of an answer that is made here. */
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
      embedding: writeVector(vector, request.encoding),
    })),
    model: request.model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
  };
}
