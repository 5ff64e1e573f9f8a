import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { AppError } from "@/lib/errors";
import { countFailed } from "@/lib/webhooks/failure-queries";
import { getEndpoint } from "@/lib/webhooks/queries";

/** How much could be sent again to an endpoint → FailedCounts; NOT_FOUND for another's as for none. */
export function GET(_request: Request, { params }: RouteContext<"/webhooks/[id]/failed">) {
  return answerJson("webhooks.read", async (scope) => {
    const { id } = await params;
    if (!(await getEndpoint(getDb(), scope, id))) throw new AppError("NOT_FOUND");
    return { counts: await countFailed(getDb(), scope, id) };
  });
}
