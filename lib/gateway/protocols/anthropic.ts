import type { Protocol } from "@/lib/gateway/chat";
import { answerBody } from "@/lib/gateway/protocols/anthropic/answer";
import { parseRequest } from "@/lib/gateway/protocols/anthropic/request";
import { openStream } from "@/lib/gateway/protocols/anthropic/stream";

/** Anthropic's Messages. */
export const anthropic: Protocol = { parse: parseRequest, answerBody, openStream };
