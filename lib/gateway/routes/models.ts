import { admissionDeadline, admit, inTime } from "@/lib/gateway/admission";
import { type Call, type Gateway, settleCall } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";
import { type CatalogueModel, readCatalogue } from "@/lib/gateway/facts";
import { replyJson } from "@/lib/gateway/reply";
import { log } from "@/lib/log";

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
  };
}

/** Books a free call without making its caller wait for it. */
function bookFree(gateway: Gateway, call: Call): void {
  settleCall(gateway, call, {
    status: 200,
    outcome: "ok",
    inputTokens: 0,
    outputTokens: 0,
    costNanos: 0n,
  }).catch((error: unknown) => log.error({ err: error, requestId: call.id }, "call not logged"));
}

/** `GET /v1/models`, in OpenAI's shape or Anthropic's: the free way to check a key. */
export async function handleModelList(
  gateway: Gateway,
  call: Call,
  secret: string,
): Promise<Response> {
  await admit(gateway, call, secret, {
    scope: "read",
    modelId: null,
    prepare: () => ({ value: null, reservation: null }),
  });
  const models = await inTime(readCatalogue(gateway.door.sql, null), admissionDeadline());
  bookFree(gateway, call);
  if (call.dialect === "anthropic") {
    return replyJson(call, 200, {
      data: models.map(toAnthropic),
      has_more: false,
      first_id: models[0]?.id ?? null,
      last_id: models[models.length - 1]?.id ?? null,
    });
  }
  return replyJson(call, 200, { object: "list", data: models.map(toOpenAi) });
}

/** `GET /v1/models/{id}` */
export async function handleModel(
  gateway: Gateway,
  call: Call,
  secret: string,
  id: string,
): Promise<Response> {
  await admit(gateway, call, secret, {
    scope: "read",
    modelId: id,
    prepare(facts) {
      if (!facts.model) {
        throw new GatewayError("model404", { message: `model: ${id}`, details: { model: id } });
      }
      return { value: null, reservation: null };
    },
  });
  const [model] = await inTime(readCatalogue(gateway.door.sql, id), admissionDeadline());
  if (!model)
    throw new GatewayError("model404", { message: `model: ${id}`, details: { model: id } });
  bookFree(gateway, call);
  return replyJson(call, 200, call.dialect === "anthropic" ? toAnthropic(model) : toOpenAi(model));
}
