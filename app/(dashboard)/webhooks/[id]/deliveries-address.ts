import type { Route } from "next";
import { isId } from "@/lib/id";
import { type DeliveryState, deliveryStates } from "@/lib/webhooks/terms";

/** Which deliveries the page's address asks for. */
export interface ShownDeliveries {
  /** All where it is left out. */
  state?: DeliveryState | undefined;
  /** Those that are older than this one; the newest where it is left out. */
  after?: string | undefined;
}

type Word = string | string[] | undefined;

/** What makes no sense in an address is as if it weren't there. */
export function readDeliveryState({ state, after }: { state: Word; after: Word }): ShownDeliveries {
  return {
    state: deliveryStates.find((known) => known === state),
    after: typeof after === "string" && isId("webhookDelivery", after) ? after : undefined,
  };
}

/** The address of an endpoint's page that shows these deliveries. */
export function deliveriesAddress(endpointId: string, { state, after }: ShownDeliveries): Route {
  const params = new URLSearchParams();
  if (state) params.set("state", state);
  if (after) params.set("after", after);
  const query = params.toString();
  return `/webhooks/${endpointId}${query === "" ? "" : `?${query}`}` as Route;
}
