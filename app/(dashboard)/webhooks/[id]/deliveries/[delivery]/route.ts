import { sentHeaders } from "@/app/(dashboard)/webhooks/[id]/sent-headers";
import { answerJson } from "@/app/api/answer-json";
import { getDb } from "@/db/client";
import { AppError } from "@/lib/errors";
import { getDelivery, getEndpoint } from "@/lib/webhooks/queries";

type Context = RouteContext<"/webhooks/[id]/deliveries/[delivery]">;

/** One delivery of an endpoint → DeliveryDetail; NOT_FOUND for another's as for none. */
export function GET(_request: Request, { params }: Context) {
  return answerJson("webhooks.read", async (scope) => {
    const { id, delivery: deliveryId } = await params;
    const [endpoint, delivery] = await Promise.all([
      getEndpoint(getDb(), scope, id),
      getDelivery(getDb(), scope, { endpointId: id, id: deliveryId }),
    ]);
    if (!endpoint || !delivery) throw new AppError("NOT_FOUND");
    const secrets = endpoint.previousExpiresAt ? 2 : 1;
    return { ...delivery, headers: sentHeaders(delivery, secrets) };
  });
}
