import type { ServerResponse } from "node:http";
import { type FakeStripeStore, Refused } from "@/lib/billing/testing/fake-stripe-store";

/** What can be pressed on the page of a session, by its mode. */
const choices: Record<string, [label: string, act: string][]> = {
  payment: [
    ["Pay", "4242"],
    ["Pay with a declined card", "9995"],
    ["Pay by bank debit", "later"],
    ["Go back", "back"],
  ],
  setup: [
    ["Save card", "4242"],
    ["Save a card that declines", "9995"],
    ["Save a card that asks for its holder", "3184"],
    ["Go back", "back"],
  ],
};

/** The page that Stripe hosts, as plain as can be: enough for a browser test to press its buttons. */
export function answerPage(
  store: FakeStripeStore,
  method: string,
  target: URL,
  body: string,
  response: ServerResponse,
): void {
  const id = /^\/c\/pay\/(\w+)$/.exec(target.pathname)?.[1];
  const session = id === undefined ? undefined : store.objects.get(id);
  if (session?.status !== "open") {
    response.writeHead(404, { "content-type": "text/plain" }).end("This page is closed.");
    return;
  }
  if (method === "POST") {
    const act = new URLSearchParams(body).get("act") ?? "back";
    response.writeHead(303, { location: pressed(store, session.id, String(session.mode), act) });
    response.end();
    return;
  }
  const buttons = (choices[String(session.mode)] ?? [])
    .map(([label, act]) => `<button name="act" value="${act}">${label}</button>`)
    .join("\n");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(
    `<!doctype html><html lang="en"><title>Checkout</title><h1>Checkout</h1>
    <p>${session.amount_total ?? ""} ${session.currency ?? ""}</p>
    <form method="post">${buttons}</form></html>`,
  );
}

/** Does what was pressed, and answers where the browser goes then. */
function pressed(store: FakeStripeStore, id: string, mode: string, act: string): string {
  const session = store.get(id, "checkout.session");
  if (act === "back") return String(session.cancel_url);
  try {
    if (mode === "setup") store.completeSetup(id, act);
    else if (act === "later") store.payLater(id);
    else store.payCheckout(id, act);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  return session.status === "open" ? `/c/pay/${id}` : String(session.success_url);
}
