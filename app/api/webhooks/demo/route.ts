import { receiveEvent, refuseMethod } from "@/app/api/webhooks/receive-event";

/** Takes the demo provider's signed events. */
export function POST(request: Request): Promise<Response> {
  return receiveEvent(request, "demo");
}

export {
  refuseMethod as DELETE,
  refuseMethod as GET,
  refuseMethod as HEAD,
  refuseMethod as OPTIONS,
  refuseMethod as PATCH,
  refuseMethod as PUT,
};
