import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { getKeyTraffic } from "@/lib/keys/queries";

/** What a key was used for lately → KeyTraffic. */
export function GET(_request: Request, { params }: RouteContext<"/keys/[id]/traffic">) {
  return answerJson("keys.read", async (scope) => getKeyTraffic(getDb(), scope, (await params).id));
}
