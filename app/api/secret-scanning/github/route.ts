import { headers } from "next/headers";
import { readRawBody } from "@/app/api/raw-body";
import { handleReport, reportBytesMax } from "@/app/api/secret-scanning/report";
import { untilChangesAreKnown } from "@/db/changes";
import { getDb } from "@/db/client";
import { summarizeError } from "@/lib/auth/error-summary";
import { requestIdHeader } from "@/lib/auth/request-headers";
import { readEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import {
  keyIdentifierHeader,
  type SignerKeys,
  signatureHeader,
  signerKeys,
} from "@/lib/keys/exposure-signature";
import { log } from "@/lib/log";

/** Kept between requests, with the keys that it has read. */
let keys: SignerKeys | undefined;

function refuse(status: number, code: string, message: string, details = {}): Response {
  const body = { success: false, message, error: { code, message, details } };
  return Response.json(body, { status, headers: { "cache-control": "no-store" } });
}

/** Takes GitHub's signed reports of keys that were found in public. */
export async function POST(request: Request): Promise<Response> {
  const rawBody = await readRawBody(request, reportBytesMax);
  if (!rawBody) {
    return refuse(413, "PAYLOAD_TOO_LARGE", "The request body is too large", {
      limit_bytes: reportBytesMax,
    });
  }
  try {
    keys ??= signerKeys(readEnv().GITHUB_SECRET_SCANNING_KEYS);
    const { status, body } = await handleReport(getDb(), keys, {
      rawBody,
      identifier: request.headers.get(keyIdentifierHeader),
      signature: request.headers.get(signatureHeader),
    });
    await untilChangesAreKnown(getDb());
    return Response.json(body, { status, headers: { "cache-control": "no-store" } });
  } catch (error) {
    const requestId = (await headers()).get(requestIdHeader) ?? newId("request");
    log.error({ requestId, error: summarizeError(error) }, "report of leaked keys failed");
    return refuse(503, "SERVICE_UNAVAILABLE", "Service temporarily unavailable", {
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
