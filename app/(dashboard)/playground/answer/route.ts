import type { NextRequest } from "next/server";
import { readAnswerRequest } from "@/app/(dashboard)/playground/answer/answer-request";
import { askGateway } from "@/app/(dashboard)/playground/answer/ask-gateway";
import { answerRead } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { isOwnOrigin, ownOrigins, provenanceOf } from "@/lib/auth/origin";
import { AppError } from "@/lib/errors";
import { issueTicket } from "@/lib/keys/issue-ticket";

/**
 * Asks the API in the name of one of the workspace's keys, and streams what it answers: its status and
 * body as they are, its headers under the prefix `api-`. The key's secret is known to nobody here.
 */
export function POST(request: NextRequest): Promise<Response> {
  return answerRead("playground.use", async (scope) => {
    if (!isOwnOrigin(provenanceOf(request.headers), ownOrigins())) throw new AppError("FORBIDDEN");
    const { keyId, body } = await readAnswerRequest(request);
    const ticket = await issueTicket(getDb(), scope, keyId);
    return await askGateway({ ticket, body, visitor: request.headers, signal: request.signal });
  });
}
