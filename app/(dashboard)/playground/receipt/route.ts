import type { NextRequest } from "next/server";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { findReceipt } from "@/lib/usage/request-receipt";

/** What one of the workspace's requests used and cost → RequestReceipt. */
export function GET(request: NextRequest): Promise<Response> {
  const requestId = request.nextUrl.searchParams.get("request") ?? "";
  return answerJson("logs.read", (scope) => findReceipt(getDb(), scope, requestId));
}
