import "server-only";
import { exposeAndTell } from "@/app/api/secret-scanning/expose-and-tell";
import type { Db } from "@/db/client";
import { answerReport, findingsOf, GitHubReport } from "@/lib/keys/exposure-report";
import { isSignedBy, type SignerKeys } from "@/lib/keys/exposure-signature";

/** Room for thousands of tokens; what is longer isn't a report. */
export const reportBytesMax = 4 * 1024 * 1024;

export interface DeliveredReport {
  /** The request's bytes as they came, because the signature is over these and nothing else. */
  rawBody: Uint8Array;
  identifier: string | null;
  signature: string | null;
}

export interface ReportResponse {
  status: 200 | 400;
  body: unknown;
}

function refuse(code: string, message: string, details = {}): ReportResponse {
  return { status: 400, body: { success: false, message, error: { code, message, details } } };
}

function parseBody(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
  } catch {
    return undefined;
  }
}

/**
 * Takes in one report of GitHub's secret scanning: signature first, then the body. Our keys in it are
 * revoked and their owners told; each token is answered as ours or not. A report that comes again
 * changes nothing. Throws where the database or the signer's published keys are out of reach, and
 * GitHub sends it again.
 */
export async function handleReport(
  db: Db,
  keys: SignerKeys,
  delivered: DeliveredReport,
): Promise<ReportResponse> {
  if (!(await isSignedBy(keys, delivered.rawBody, delivered))) {
    return refuse("INVALID_SIGNATURE", "Webhook signature verification failed");
  }
  const json = parseBody(delivered.rawBody);
  if (json === undefined) return refuse("INVALID_JSON", "The request body is not valid JSON");
  const report = GitHubReport.safeParse(json);
  if (!report.success) {
    const [issue] = report.error.issues;
    // The path says where; the value itself may be a secret.
    const path = issue?.path.join(".") ?? "";
    return refuse("VALIDATION_ERROR", "Invalid request", {
      [path === "" ? "body" : path]: issue?.message ?? "is not valid",
    });
  }
  const { known } = await exposeAndTell(db, findingsOf(report.data));
  return { status: 200, body: answerReport(report.data, known) };
}
