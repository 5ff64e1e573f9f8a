import { readRawBody } from "@/app/api/raw-body";
import { getDb } from "@/db/client";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import type { PaymentProvider } from "@/lib/billing/payment-provider";
import { findPaymentProvider } from "@/lib/billing/provider";
import { eventBytesMax, handlePaymentEvent } from "@/lib/billing/webhook";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

function refuse(status: number, code: string, message: string, details = {}): Response {
  const body = { success: false, message, error: { code, message, details } };
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/**
 * Takes a payment provider's signed event, where payments are taken with that provider. The session of
 * whoever sends it plays no part.
 */
export async function receiveEvent(
  request: Request,
  name: PaymentProvider["name"],
): Promise<Response> {
  const provider = findPaymentProvider();
  if (provider?.name !== name) return refuse(404, "NOT_FOUND", "Not found");
  try {
    const rawBody = await readRawBody(request, eventBytesMax);
    if (!rawBody) {
      return refuse(413, "PAYLOAD_TOO_LARGE", "The request body is too large", {
        limit_bytes: eventBytesMax,
      });
    }
    const signature = request.headers.get(provider.events.signatureHeader);
    const { status, body } = await handlePaymentEvent(getDb(), provider, { rawBody, signature });
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  } catch (error) {
    const requestId = request.headers.get(requestIdHeader) ?? newId("request");
    log.error({ requestId, provider: name, error: summarizeError(error) }, "payment event failed");
    return refuse(500, "INTERNAL_SERVER_ERROR", "Internal server error", {
      request_id: requestId,
    });
  }
}

/** Every other method of an address that only takes events. */
export function refuseMethod(): Response {
  const response = refuse(405, "METHOD_NOT_ALLOWED", "Method not allowed", { allowed: ["POST"] });
  response.headers.set("allow", "POST");
  return response;
}
