import { readAnswer } from "@/lib/gateway/upstreams/openai/answer";
import { requestBody } from "@/lib/gateway/upstreams/openai/request";
import { readStream } from "@/lib/gateway/upstreams/openai/stream";
import type { Wire } from "@/lib/gateway/upstreams/wire";

/** How OpenAI's protocol shows a provider's key. */
export function bearer(credential: string | null): Record<string, string> {
  return credential === null ? {} : { authorization: `Bearer ${credential}` };
}

/** Providers that speak OpenAI's Chat Completions; the base address ends as OpenAI's does, in `/v1`. */
export const openAiWire: Wire = {
  check: () => undefined,
  url: ({ baseUrl }) => `${baseUrl.replace(/\/+$/, "")}/chat/completions`,
  headers: ({ credential }) => bearer(credential),
  body: requestBody,
  readAnswer,
  readStream,
};
