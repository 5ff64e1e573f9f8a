import { describeRequest } from "@/app/(dashboard)/logs/describe-request";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { AppError } from "@/lib/errors";
import { findRequest } from "@/lib/usage/request-detail-queries";

const idForm = /^[\w.:-]{1,60}$/;

/** One request of the workspace → RequestDetail; NOT_FOUND for another's as for none. */
export function GET(_request: Request, { params }: RouteContext<"/api/logs/[id]">) {
  return answerJson("logs.read", async (scope) => {
    const { id } = await params;
    const request = idForm.test(id) ? await findRequest(getDb(), scope, id) : null;
    if (!request) throw new AppError("NOT_FOUND");
    return describeRequest(request, scope.role);
  });
}
