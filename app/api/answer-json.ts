import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { requireScope } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import type { ActionError } from "@/lib/result";
import type { Scope } from "@/lib/scope";

const noStore = { "cache-control": "private, no-store" };

/**
 * Answers a read of the dashboard's own pages as JSON: session first, then `read`. What `read` throws as an
 * AppError is answered with its status and words; anything else is logged under the request's id.
 */
export async function answerJson(read: (scope: Scope) => Promise<unknown>): Promise<Response> {
  const requestId = (await headers()).get(requestIdHeader) ?? newId("request");
  try {
    const scope = await requireScope();
    return Response.json(await read(scope), { headers: noStore });
  } catch (error) {
    unstable_rethrow(error);
    const isExpected = error instanceof AppError;
    if (!isExpected) log.error({ requestId, error: summarizeError(error) }, "read failed");
    const failure = isExpected ? error : new AppError("INTERNAL");
    const { code, message, fields, status } = failure;
    const body: { error: ActionError } = {
      error: { code, message, requestId, ...(fields ? { fields } : {}) },
    };
    return Response.json(body, { status, headers: noStore });
  }
}
