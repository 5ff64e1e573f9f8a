import type { Protocol } from "@/lib/gateway/chat";
import { answerBody } from "@/lib/gateway/protocols/openai/answer";
import { parseRequest } from "@/lib/gateway/protocols/openai/request";
import { openStream } from "@/lib/gateway/protocols/openai/stream";

/** OpenAI's Chat Completions. */
export const openAi: Protocol = { parse: parseRequest, answerBody, openStream };
