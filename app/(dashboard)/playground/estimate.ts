import type { ChatBody } from "@/app/(dashboard)/playground/chat-body";
import { priceTokens } from "@/lib/models/price";
import { countTokens } from "@/lib/models/tokens";

/** A model as the page knows it; amounts are nano-dollars in decimal strings. */
export interface ModelChoice {
  id: string;
  name: string;
  inputNanosPerMtok: string;
  outputNanosPerMtok: string;
  contextTokens: number;
  outputTokensMax: number;
  outputTokensDefault: number;
  isSimulated: boolean;
}

export interface Estimate {
  inputTokens: number;
  /** The input is counted as it will be billed; else it is the bound that is set aside. */
  isExact: boolean;
  outputTokensMax: number;
  /** The most that the request can cost, which is what the gateway sets aside. */
  costNanosMax: bigint;
}

/** What a message counts beside its text: role and separators. */
const tokensPerMessage = 4;

/** What is set aside beside the bytes of a body whose provider counts by a tokeniser of its own. */
const boundPerMessage = 16;
const boundBeside = 1_024;

function countInput({ messages }: ChatBody, max: number): number {
  let sum = 0;
  for (const { content } of messages) {
    sum += tokensPerMessage + countTokens(content, max);
    if (sum > max) break;
  }
  return sum;
}

function boundInput(body: ChatBody, contextTokens: number): number {
  const bytes = new TextEncoder().encode(JSON.stringify(body)).length;
  return Math.min(bytes + body.messages.length * boundPerMessage + boundBeside, contextTokens);
}

/** What the gateway will set aside for a request. Test keys are answered by the simulator and free. */
export function estimateCost(body: ChatBody, model: ModelChoice, isTest: boolean): Estimate {
  const isExact = isTest || model.isSimulated;
  const inputTokens = isExact
    ? countInput(body, model.contextTokens)
    : boundInput(body, model.contextTokens);
  const wanted = Math.min(body.max_tokens ?? model.outputTokensDefault, model.outputTokensMax);
  const room = isExact ? Math.max(0, model.contextTokens - inputTokens) : wanted;
  const outputTokensMax = Math.min(wanted, room);
  const price = {
    inputNanosPerMtok: BigInt(model.inputNanosPerMtok),
    outputNanosPerMtok: BigInt(model.outputNanosPerMtok),
  };
  const usage = { inputTokens, outputTokens: outputTokensMax };
  return {
    inputTokens,
    isExact,
    outputTokensMax,
    costNanosMax: isTest ? 0n : priceTokens(usage, price),
  };
}
