import { z } from "zod";
import { admissionDeadline, admit, inTime } from "@/lib/gateway/admission";
import { bookFree } from "@/lib/gateway/book-free";
import type { Call, Gateway } from "@/lib/gateway/call";
import { GatewayError, invalidFields } from "@/lib/gateway/errors";
import { type CatalogueModel, readCatalogue } from "@/lib/gateway/facts";
import { type Reply, replyJson } from "@/lib/gateway/reply";
import { parseQuery } from "@/lib/gateway/rest-query";
import { isModelAllowed } from "@/lib/gateway/verdicts";

function toOpenAi(model: CatalogueModel) {
  return {
    id: model.id,
    object: "model",
    created: Math.floor(model.createdAt.getTime() / 1000),
    owned_by: model.ownedBy,
  };
}

function toAnthropic(model: CatalogueModel) {
  return {
    type: "model",
    id: model.id,
    display_name: model.displayName,
    created_at: model.createdAt.toISOString(),
    max_input_tokens: model.contextTokens,
    max_tokens: model.outputTokensMax,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    line: null,
    capabilities: null,
  };
}

const limitRange = "must be a whole number between 1 and 1000";

/** Pages as Anthropic's API has them (https://docs.claude.com/en/api/models-list). */
const ModelPageQuery = z.object({
  limit: z
    .string()
    .regex(/^([1-9]\d{0,2}|1000)$/, limitRange)
    .transform(Number)
    .default(20),
  after_id: z.string().min(1, "must not be empty").optional(),
  before_id: z.string().min(1, "must not be empty").optional(),
});
type ModelPageQuery = z.infer<typeof ModelPageQuery>;

function indexOf(models: CatalogueModel[], path: "after_id" | "before_id", id: string): number {
  const index = models.findIndex((model) => model.id === id);
  if (index >= 0) return index;
  throw invalidFields([{ path, code: "invalid_value", message: "is not a model in this list" }]);
}

/** The page after or before a model; `has_more` looks the same way. Throws param. */
function pageOf(models: CatalogueModel[], query: ModelPageQuery) {
  const { limit, after_id: after, before_id: before } = query;
  if (after !== undefined && before !== undefined) {
    const message = "can't be given together with after_id";
    throw invalidFields([{ path: "before_id", code: "invalid_value", message }]);
  }
  const end = before === undefined ? models.length : indexOf(models, "before_id", before);
  const start =
    before !== undefined
      ? Math.max(0, end - limit)
      : after === undefined
        ? 0
        : indexOf(models, "after_id", after) + 1;
  const page = models.slice(start, Math.min(end, start + limit));
  return {
    data: page.map(toAnthropic),
    has_more: before === undefined ? start + limit < end : start > 0,
    first_id: page[0]?.id ?? null,
    last_id: page[page.length - 1]?.id ?? null,
  };
}

/** `GET /v1/models`, in OpenAI's shape or Anthropic's: the free way to check a key. */
export async function handleModelList(
  gateway: Gateway,
  call: Call,
  secret: string,
): Promise<Reply> {
  const isPaged = call.dialect === "anthropic";
  const { key, value: query } = await admit(gateway, call, secret, {
    scope: "read",
    modelId: null,
    prepare: () => ({
      value: isPaged ? parseQuery<ModelPageQuery>(ModelPageQuery, call.request.url ?? "") : null,
      reservation: null,
    }),
  });
  const listed = await inTime(readCatalogue(gateway.door.sql, null), admissionDeadline());
  const models = listed.filter((model) => isModelAllowed(key, model.id));
  const body = query ? pageOf(models, query) : { object: "list", data: models.map(toOpenAi) };
  bookFree(gateway, call, 200);
  return replyJson(call, 200, body);
}

/** `GET /v1/models/{id}` */
export async function handleModel(
  gateway: Gateway,
  call: Call,
  secret: string,
  id: string,
): Promise<Reply> {
  const unknown = () =>
    new GatewayError("model404", { message: `model: ${id}`, details: { model: id } });
  await admit(gateway, call, secret, {
    scope: "read",
    modelId: id,
    prepare(facts) {
      if (!facts.model) throw unknown();
      return { value: null, reservation: null };
    },
  });
  const [model] = await inTime(readCatalogue(gateway.door.sql, id), admissionDeadline());
  if (!model) throw unknown();
  bookFree(gateway, call, 200);
  return replyJson(call, 200, call.dialect === "anthropic" ? toAnthropic(model) : toOpenAi(model));
}
