import type { z } from "zod";
import type { FakeStripeDelivery } from "@/lib/billing/testing/fake-stripe-delivery";
import {
  CustomerParams,
  EventListParams,
  IntentParams,
  ListParams,
  NoParams,
  ReadParams,
  SessionParams,
} from "@/lib/billing/testing/fake-stripe-params";
import type {
  FakeEvent,
  FakeStripeStore,
  StripeObject,
} from "@/lib/billing/testing/fake-stripe-store";

interface Account {
  store: FakeStripeStore;
  delivery: FakeStripeDelivery;
  events: FakeEvent[];
}

interface Route {
  method: string;
  /** `:id` stands for the object's id. */
  path: string;
  params: z.ZodType;
  /** `params` has passed the check; it is parsed once more here, for its type. */
  run(account: Account, id: string, params: unknown): unknown;
}

function page(all: StripeObject[], limit = 10, startingAfter?: string) {
  const from = startingAfter ? all.findIndex((one) => one.id === startingAfter) + 1 : 0;
  const data = all.slice(from, from + limit);
  return { object: "list", data, has_more: all.length > from + limit, url: "/v1/list" };
}

function listOf(kind: string) {
  return ({ store }: Account, _id: string, given: unknown) => {
    const params = ListParams.parse(given);
    const all = store.list(kind).filter((one) => {
      const isTheirs = params.customer === undefined || one.customer === params.customer;
      return isTheirs && Number(one.created) >= (params.created?.gte ?? 0);
    });
    return page(all, params.limit, params.starting_after);
  };
}

/** An object with what was asked to be expanded put in place of its id. */
function expanded(store: FakeStripeStore, object: StripeObject, given: unknown): StripeObject {
  const { expand = [] } = ReadParams.parse(given);
  const fields = expand.map((field): [string, unknown] => {
    const id = object[field];
    return [field, typeof id === "string" ? store.objects.get(id) : id];
  });
  return { ...object, ...Object.fromEntries(fields) };
}

function reading(kind: string) {
  return ({ store }: Account, id: string, given: unknown) =>
    expanded(store, store.get(id, kind), given);
}

function listEvents({ events, delivery }: Account, _id: string, given: unknown) {
  const params = EventListParams.parse(given);
  const all = events.filter((event) => {
    const isDelivered = !delivery.undelivered.has(event.id);
    return (
      (params.types?.includes(event.type) ?? true) &&
      (params.delivery_success === undefined || params.delivery_success === isDelivered) &&
      event.created >= (params.created?.gte ?? 0)
    );
  });
  return page(all.reverse(), params.limit, params.starting_after);
}

const routes: Route[] = [
  {
    ...{ method: "POST", path: "/v1/customers", params: CustomerParams },
    run: ({ store }, _id, params) => store.createCustomer(CustomerParams.parse(params)),
  },
  {
    ...{ method: "POST", path: "/v1/checkout/sessions", params: SessionParams },
    run: ({ store }, _id, params) => store.createSession(SessionParams.parse(params)),
  },
  {
    ...{ method: "POST", path: "/v1/checkout/sessions/:id/expire", params: NoParams },
    run: ({ store }, id) => store.expireSession(id),
  },
  {
    ...{ method: "POST", path: "/v1/payment_intents", params: IntentParams },
    run: ({ store }, _id, params) => store.chargeCard(IntentParams.parse(params)),
  },
  {
    ...{ method: "POST", path: "/v1/payment_methods/:id/detach", params: NoParams },
    run: ({ store }, id) => store.detach(id),
  },
  ...[
    ["/v1/checkout/sessions/:id", "checkout.session"],
    ["/v1/payment_intents/:id", "payment_intent"],
    ["/v1/setup_intents/:id", "setup_intent"],
    ["/v1/payment_methods/:id", "payment_method"],
  ].map(([path = "", kind = ""]) => ({
    ...{ method: "GET", path, params: ReadParams, run: reading(kind) },
  })),
  {
    ...{ method: "GET", path: "/v1/checkout/sessions", params: ListParams },
    run: listOf("checkout.session"),
  },
  {
    ...{ method: "GET", path: "/v1/payment_intents", params: ListParams },
    run: listOf("payment_intent"),
  },
  { method: "GET", path: "/v1/events", params: EventListParams, run: listEvents },
];

/** The route of a request, and the id in its path. */
export function routeOf(method: string, path: string): { route: Route; id: string } | null {
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace(":id", "([\\w-]+)")}$`);
    const match = pattern.exec(path);
    if (match && route.method === method) return { route, id: match[1] ?? "" };
  }
  return null;
}
