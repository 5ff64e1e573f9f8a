import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import Stripe from "stripe";
import type { z } from "zod";
import { routeOf } from "@/lib/billing/testing/fake-stripe-api";
import {
  FakeStripeDelivery,
  type Mishaps,
  noMishaps,
  seededMishaps,
  seededRandom,
} from "@/lib/billing/testing/fake-stripe-delivery";
import { answerPage } from "@/lib/billing/testing/fake-stripe-pages";
import { parseForm, refusalOf } from "@/lib/billing/testing/fake-stripe-params";
import {
  CardDeclined,
  type FakeEvent,
  FakeStripeStore,
  Refused,
} from "@/lib/billing/testing/fake-stripe-store";

export interface FakeStripeOptions {
  port?: number;
  /** With a seed, events get lost, come twice, late and in another order; without one, none does. */
  seed?: number;
  mishaps?: Mishaps;
  webhookUrl: string;
  webhookSecret: string;
}

export interface FakeStripe {
  /** For STRIPE_API_URL. */
  url: string;
  store: FakeStripeStore;
  delivery: FakeStripeDelivery;
  events: FakeEvent[];
  /** Every request of the API, as `POST /v1/customers`. */
  requests: string[];
  /** What goes wrong with requests: `down` breaks each connection, `lost` does the work and then breaks it. */
  trouble: { mode: "none" | "down" | "lost"; left: number };
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: unknown;
}

interface Kept {
  fingerprint: string;
  answer: Answer;
}

function failure(status: number, error: Record<string, unknown>): Answer {
  return { status, body: { error } };
}

/**
 * A server that stands in for Stripe's API, strict where Stripe is: parameters it doesn't know are refused,
 * an idempotency key stands for one request, the version of the API must be the SDK's. What customers and
 * banks do is played through `store`; events go to the webhook, signed by the official helper.
 */
export async function startFakeStripe(options: FakeStripeOptions): Promise<FakeStripe> {
  const random = seededRandom(options.seed ?? 0);
  const mishaps = options.mishaps ?? (options.seed === undefined ? noMishaps : seededMishaps);
  const delivery = new FakeStripeDelivery({ ...options, random, mishaps });
  const events: FakeEvent[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the server has no port");
  const url = `http://127.0.0.1:${address.port}`;

  const store = new FakeStripeStore(
    (type, object) => {
      const event: FakeEvent = {
        ...{ id: `evt_${randomBytes(12).toString("hex")}`, object: "event", type, livemode: false },
        ...{ api_version: Stripe.API_VERSION, created: Math.floor(Date.now() / 1_000) },
        data: { object: structuredClone(object) },
      };
      events.push(event);
      delivery.send(event);
    },
    (sessionId) => `${url}/c/pay/${sessionId}`,
  );
  const kept = new Map<string, Kept>();
  const fake: FakeStripe = {
    ...{ url, store, delivery, events, requests: [], trouble: { mode: "none", left: 0 } },
    async close() {
      server.closeAllConnections();
      server.close();
      await delivery.idle();
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const target = new URL(request.url ?? "/", url);
    if (!target.pathname.startsWith("/v1/")) {
      answerPage(fake.store, request.method ?? "GET", target, body, response);
      return;
    }
    fake.requests.push(`${request.method} ${target.pathname}`);
    const { mode } = fake.trouble;
    const isTroubled = mode !== "none" && fake.trouble.left > 0;
    if (isTroubled) fake.trouble.left -= 1;
    if (isTroubled && mode === "down") {
      request.socket.destroy();
      return;
    }
    const answer = answerOnce(request, target, body);
    if (isTroubled) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, {
      ...{ "content-type": "application/json", "request-id": "req_fake" },
      "stripe-version": Stripe.API_VERSION,
    });
    response.end(JSON.stringify(answer.body));
  }

  /** The same key with the same request is answered again; with another one it is refused. */
  function answerOnce(request: IncomingMessage, target: URL, body: string): Answer {
    const refused = checkHeaders(request);
    if (refused) return refused;
    const key = request.headers["idempotency-key"];
    if (request.method !== "POST" || typeof key !== "string") return call(request, target, body);
    const fingerprint = `${target.pathname}\n${body}`;
    const known = kept.get(key);
    if (known && known.fingerprint !== fingerprint) {
      return failure(400, {
        type: "idempotency_error",
        message: "Keys for idempotent requests can only be used with the same parameters.",
      });
    }
    if (known) return known.answer;
    const answer = call(request, target, body);
    // What is refused before anything is done isn't kept.
    if (answer.status !== 400 && answer.status !== 404) kept.set(key, { fingerprint, answer });
    return answer;
  }

  function checkHeaders({ headers }: IncomingMessage): Answer | null {
    if (!/^Bearer [sr]k_test_\w+$/.test(headers.authorization ?? "")) {
      return failure(401, { type: "invalid_request_error", message: "Invalid API Key provided" });
    }
    if (headers["stripe-version"] === Stripe.API_VERSION) return null;
    return failure(400, { type: "invalid_request_error", message: "Invalid Stripe API version" });
  }

  function call(request: IncomingMessage, target: URL, body: string): Answer {
    const found = routeOf(request.method ?? "GET", target.pathname);
    if (!found) {
      return failure(404, { type: "invalid_request_error", message: "Unrecognized request URL" });
    }
    const params = parseForm(request.method === "POST" ? body : target.search.slice(1));
    try {
      const parsed: z.ZodSafeParseResult<unknown> = found.route.params.safeParse(params);
      if (!parsed.success) {
        return failure(400, { type: "invalid_request_error", ...refusalOf(parsed.error) });
      }
      const result = found.route.run({ store, delivery, events }, found.id, params);
      return { status: 200, body: structuredClone(result) };
    } catch (error) {
      return failureOf(error);
    }
  }

  return fake;
}

function failureOf(error: unknown): Answer {
  if (error instanceof CardDeclined) {
    return failure(402, {
      ...{ type: "card_error", code: error.code, message: error.message },
      ...(error.declineCode ? { decline_code: error.declineCode } : {}),
      payment_intent: structuredClone(error.intent),
    });
  }
  if (!(error instanceof Refused)) throw error;
  const { code, message, param } = error;
  return failure(code === "resource_missing" && param === "id" ? 404 : 400, {
    ...{ type: "invalid_request_error", code, message },
    ...(param ? { param } : {}),
  });
}
