import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { findFirstRequest } from "@/lib/usage/overview-queries";

/** Whether the workspace's first request has arrived → FirstRequest. */
export function GET(): Promise<Response> {
  return answerJson("logs.read", (scope) => findFirstRequest(getDb(), scope));
}
