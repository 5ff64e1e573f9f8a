import "server-only";
import { after } from "next/server";
import { summarizeError } from "@/lib/auth/error-summary";
import { log } from "@/lib/log";

/**
 * Does something once the answer is on its way, so that the time it takes tells nobody whether there was anything to
 * do. What fails is logged under the request's id.
 */
export function afterAnswer(requestId: string, work: () => Promise<void>): void {
  after(async () => {
    try {
      await work();
    } catch (error) {
      log.error({ requestId, error: summarizeError(error) }, "work after an answer failed");
    }
  });
}
