import { admit } from "@/lib/gateway/admission";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import { bookFree } from "@/lib/gateway/book-free";
import type { Call, Gateway } from "@/lib/gateway/call";
import type { ChatRequest } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { parseJsonBody } from "@/lib/gateway/json";
import { chooseUpstream, countPrompt } from "@/lib/gateway/plan";
import { parseCountRequest } from "@/lib/gateway/protocols/anthropic/request";
import { type Reply, replyJson } from "@/lib/gateway/reply";

function parse(bytes: Uint8Array): ChatRequest | GatewayError {
  try {
    return parseCountRequest(parseJsonBody(bytes));
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** `POST /v1/messages/count_tokens`: what a request's input would be billed as. Free. */
export async function handleCountTokens(
  gateway: Gateway,
  call: Call,
  secret: string,
): Promise<Reply> {
  checkBodyHeaders(call.request);
  const parsed = parse(await readBody(gateway, call, secret));
  const { value: inputTokens } = await admit(gateway, call, secret, {
    scope: "read",
    modelId: parsed instanceof GatewayError ? null : parsed.model,
    prepare(facts) {
      if (parsed instanceof GatewayError) throw parsed;
      const route = chooseUpstream(gateway.upstreams, facts, parsed.model, "chat");
      return { value: countPrompt(parsed, route), reservation: null };
    },
  });
  bookFree(gateway, call, 200);
  return replyJson(call, 200, { input_tokens: inputTokens });
}
