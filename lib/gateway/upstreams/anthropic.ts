import type { ChatRequest } from "@/lib/gateway/chat";
import { invalidFields } from "@/lib/gateway/errors";
import { readAnswer } from "@/lib/gateway/upstreams/anthropic/answer";
import { requestBody } from "@/lib/gateway/upstreams/anthropic/request";
import { readStream } from "@/lib/gateway/upstreams/anthropic/stream";
import type { Wire } from "@/lib/gateway/upstreams/wire";

const apiVersion = "2023-06-01";

function check(chat: ChatRequest): void {
  const refuse = (path: string, message: string) => {
    throw invalidFields([{ path, code: "invalid_value", message }]);
  };
  if (chat.choices > 1) refuse("n", `must be 1 for ${chat.model}`);
  if (chat.logprobs !== null) refuse("logprobs", `can't be asked of ${chat.model}`);
}

/** Providers that speak Anthropic's Messages; the base address may end in `/v1` or before it. */
export const anthropicWire: Wire = {
  check,
  url: ({ baseUrl }) => `${baseUrl.replace(/\/+$/, "").replace(/\/v1$/, "")}/v1/messages`,
  headers: ({ credential }): Record<string, string> => ({
    "anthropic-version": apiVersion,
    ...(credential === null ? {} : { "x-api-key": credential }),
  }),
  body: requestBody,
  readAnswer,
  readStream,
};
