import { admit } from "@/lib/gateway/admission";
import { collectAnswer } from "@/lib/gateway/answer";
import { checkBodyHeaders, readBody } from "@/lib/gateway/body";
import type { Call, Gateway } from "@/lib/gateway/call";
import type { ChatRequest, Protocol } from "@/lib/gateway/chat";
import { GatewayError } from "@/lib/gateway/errors";
import { parseJson } from "@/lib/gateway/json";
import { type ChatPlan, meterOf, planChat } from "@/lib/gateway/plan";
import { type Reply, replyJson } from "@/lib/gateway/reply";
import { StreamedAnswer } from "@/lib/gateway/streamed-answer";
import { runWhole } from "@/lib/gateway/whole-answer";

/** `POST /v1/chat/completions` and `POST /v1/messages`: one way, two protocols. */
export async function handleChat(
  gateway: Gateway,
  call: Call,
  secret: string,
  protocol: Protocol,
): Promise<Reply> {
  checkBodyHeaders(call.request);
  const bytes = await readBody(gateway, call, secret);
  const parsed = parseChat(gateway, protocol, bytes);
  const { value: plan } = await admit<ChatPlan>(gateway, call, secret, {
    scope: "read",
    modelId: parsed instanceof GatewayError ? null : parsed.model,
    prepare(facts) {
      if (parsed instanceof GatewayError) throw parsed;
      const plan = planChat(gateway.upstreams, parsed, facts);
      return { value: plan, reservation: plan.reservation };
    },
  });
  return plan.chat.stream
    ? answerStreamed(gateway, call, plan, protocol)
    : answerWhole(gateway, call, plan, protocol);
}

function parseChat(
  gateway: Gateway,
  protocol: Protocol,
  bytes: Uint8Array,
): ChatRequest | GatewayError {
  try {
    const { value, bytesMax } = parseJson(bytes);
    const { requiresMaxTokens } = gateway.settings;
    return { ...protocol.parse(value, { requiresMaxTokens }), bytesMax };
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

async function answerWhole(
  gateway: Gateway,
  call: Call,
  plan: ChatPlan,
  protocol: Protocol,
): Promise<Reply> {
  const { chat, countInput, reservation, upstream } = plan;
  const maxTokens = reservation.outputTokensMax;
  const { answer, headers } = await runWhole(
    gateway,
    call,
    reservation.price,
    async (stop, onSent) => {
      const events = await upstream.answerWhole({ chat, maxTokens, stop, onSent });
      return collectAnswer(events, chat, meterOf(plan));
    },
    () => ({ inputTokens: countInput(), outputTokens: 0 }),
  );
  const body = answer.body ?? protocol.answerBody(chat, answer, new Date());
  return replyJson(call, 200, body, headers);
}

async function answerStreamed(
  gateway: Gateway,
  call: Call,
  plan: ChatPlan,
  protocol: Protocol,
): Promise<Reply> {
  const answer = new StreamedAnswer(gateway, call, plan, protocol);
  await answer.begin();
  return answer;
}
