import { readLimits } from "@/app/(dashboard)/usage/read-limits";
import { answerJson } from "@/app/api/answer-json";

/** `?key=` → LimitsView: how the workspace's limits stand, and those of one of its keys. */
export function GET(request: Request): Promise<Response> {
  return answerJson("usage.read", ({ workspaceId }) =>
    readLimits(workspaceId, new URL(request.url).searchParams.get("key")),
  );
}
