import { buildRotationView } from "@/app/(dashboard)/keys/[id]/rotation/build-rotation-view";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { AppError } from "@/lib/errors";
import { getKeyDetail } from "@/lib/keys/detail";
import { countSecretUse } from "@/lib/keys/traffic";

/** How a key's rotation stands → RotationView. */
export function GET(_request: Request, { params }: RouteContext<"/keys/[id]/rotation">) {
  return answerJson("keys.read", async (scope) => {
    const { id } = await params;
    const [key, uses] = await Promise.all([
      getKeyDetail(getDb(), scope, id),
      countSecretUse(getDb(), scope, id),
    ]);
    if (!key) throw new AppError("NOT_FOUND");
    return buildRotationView(key, uses);
  });
}
