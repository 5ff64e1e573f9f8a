import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { type Operator, requireOperator, requireScope } from "@/lib/auth/session";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";
import { type PermissionName, requirePermission } from "@/lib/permissions";
import type { ActionError } from "@/lib/result";
import type { Scope } from "@/lib/scope";

const noStore = { "cache-control": "private, no-store" };

/**
 * Answers a read of the dashboard's own pages as JSON: session first, then the permission (null where every
 * member may), then `read`. What `read` throws as an AppError is answered with its status and words; anything
 * else is logged under the request's id.
 */
export function answerJson(
  permission: PermissionName | null,
  read: (scope: Scope) => Promise<unknown>,
): Promise<Response> {
  return answerRead(permission, async (scope) =>
    Response.json(await read(scope), { headers: noStore }),
  );
}

/** The same for what isn't JSON, such as a file: `read` makes the whole answer. */
export function answerRead(
  permission: PermissionName | null,
  read: (scope: Scope) => Promise<Response>,
): Promise<Response> {
  return answerSafely(async () => {
    const scope = await requireScope();
    if (permission) requirePermission(scope, permission);
    return await read(scope);
  });
}

/** The same for a read of the operator's console. */
export function answerOperator(read: (operator: Operator) => Promise<Response>): Promise<Response> {
  return answerSafely(async () => await read(await requireOperator()));
}

async function answerSafely(read: () => Promise<Response>): Promise<Response> {
  const requestId = (await headers()).get(requestIdHeader) ?? newId("request");
  try {
    return await read();
  } catch (error) {
    unstable_rethrow(error);
    const isExpected = error instanceof AppError;
    if (!isExpected) log.error({ requestId, error: summarizeError(error) }, "read failed");
    const failure = isExpected ? error : new AppError("INTERNAL");
    const { code, message, fields, status, retryAfterSeconds } = failure;
    const body: { error: ActionError } = {
      error: { code, message, requestId, ...(fields ? { fields } : {}) },
    };
    const answer = Response.json(body, { status, headers: noStore });
    if (retryAfterSeconds) answer.headers.set("retry-after", String(retryAfterSeconds));
    return answer;
  }
}
