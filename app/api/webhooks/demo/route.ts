import { headers } from "next/headers";
import { readRawBody } from "@/app/api/raw-body";
import { getDb } from "@/db/client";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { demoSignatureHeader, findPaymentProvider } from "@/lib/billing/provider";
import { eventBytesMax, handlePaymentEvent } from "@/lib/billing/webhook";
import { readEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

function refuse(status: number, code: string, message: string, details = {}): Response {
  const body = { success: false, message, error: { code, message, details } };
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/** Takes the demo provider's signed events. The session of whoever sends them plays no part. */
export async function POST(request: Request): Promise<Response> {
  const secret = readEnv().DEMO_WEBHOOK_SECRET;
  if (!secret || findPaymentProvider()?.name !== "demo") {
    return refuse(404, "NOT_FOUND", "Not found");
  }
  const rawBody = await readRawBody(request, eventBytesMax);
  if (!rawBody) {
    return refuse(413, "PAYLOAD_TOO_LARGE", "The request body is too large", {
      limit_bytes: eventBytesMax,
    });
  }
  try {
    const signature = request.headers.get(demoSignatureHeader);
    const event = { provider: "demo" as const, rawBody, signature, secret };
    const { status, body } = await handlePaymentEvent(getDb(), event);
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  } catch (error) {
    const requestId = (await headers()).get(requestIdHeader) ?? newId("request");
    log.error({ requestId, error: summarizeError(error) }, "payment event failed");
    return refuse(500, "INTERNAL_SERVER_ERROR", "Internal server error", {
      request_id: requestId,
    });
  }
}

function refuseMethod(): Response {
  const response = refuse(405, "METHOD_NOT_ALLOWED", "Method not allowed", { allowed: ["POST"] });
  response.headers.set("allow", "POST");
  return response;
}

export {
  refuseMethod as DELETE,
  refuseMethod as GET,
  refuseMethod as HEAD,
  refuseMethod as OPTIONS,
  refuseMethod as PATCH,
  refuseMethod as PUT,
};
