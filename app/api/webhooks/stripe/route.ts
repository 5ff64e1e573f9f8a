import { receiveEvent, refuseMethod } from "@/app/api/webhooks/receive-event";

/** Takes Stripe's signed events. */
export function POST(request: Request): Promise<Response> {
  return receiveEvent(request, "stripe");
}

export {
  refuseMethod as DELETE,
  refuseMethod as GET,
  refuseMethod as HEAD,
  refuseMethod as OPTIONS,
  refuseMethod as PATCH,
  refuseMethod as PUT,
};
