import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { openWebhook } from "@/app/api/webhooks/stripe/webhook-harness";
import { signatureOf } from "@/lib/billing/testing/fake-stripe-delivery";
import {
  olderStripeSecret,
  sessionOf,
  stripeEvent,
  stripeRequest,
  stripeSecret,
  stripeVariables,
} from "@/lib/billing/testing/stripe";

const webhook = openWebhook();
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const v1 = (body: string, secret: string, t: number) =>
  createHmac("sha256", secret).update(`${t}.${body}`).digest("hex");

const body = () => stripeEvent("payment_intent.succeeded", { id: "pi_1", status: "succeeded" });

test("H01 no signature is refused", async () => {
  await webhook.expectRefused(stripeRequest(body(), null));
});

test.each([
  ["empty", ""],
  ["garbage", "garbage"],
  ["of empty fields", "t=,v1="],
  ["without digest", "t=1"],
  ["without time", "v1=0"],
  ["of zeros", `t=${nowSeconds()},v1=${"0".repeat(64)}`],
  ["that isn't hexadecimal", `t=${nowSeconds()},v1=${"z".repeat(64)}`],
  ["that never ends", "v1=0,".repeat(500)],
  ["that isn't ASCII", "\u00ff"],
])("H02 a signature %s is refused", async (_name, header) => {
  await webhook.expectRefused(stripeRequest(body(), header));
});

test("H04 a signature by another endpoint's secret is refused", async () => {
  const text = body();
  await webhook.expectRefused(
    stripeRequest(text, signatureOf(text, "whsec_of_the_test_mode_endpoint")),
  );
  await webhook.expectRefused(stripeRequest(text, signatureOf(text, " ")));
  await webhook.expectRefused(
    stripeRequest(text, signatureOf(text, stripeVariables.STRIPE_WEBHOOK_SECRET)),
  );
});

test("H05 a signature of scheme v0 alone is refused, however right it is", async () => {
  const text = body();
  const t = nowSeconds();
  await webhook.expectRefused(stripeRequest(text, `t=${t},v0=${v1(text, stripeSecret, t)}`));
});

test.each([-302, 302, 3_600, 10_000_000])(
  "H07 a time %i seconds from ours is refused, in the past as in the future",
  async (offset) => {
    const text = body();
    await webhook.expectRefused(
      stripeRequest(text, signatureOf(text, stripeSecret, nowSeconds() + offset)),
    );
  },
);

test.each([-290, 290])("a time %i seconds from ours is taken", async (offset) => {
  const text = stripeEvent("customer.created", { id: "cus_1" });
  const header = signatureOf(text, stripeSecret, nowSeconds() + offset);
  expect((await webhook.send(stripeRequest(text, header))).status).toBe(200);
});

test("two different times in one header are refused", async () => {
  const text = body();
  const t = nowSeconds();
  const old = t - 10_000;
  await webhook.expectRefused(
    stripeRequest(text, `t=${old},v1=${v1(text, stripeSecret, old)},t=${t},v1=${"0".repeat(64)}`),
  );
});

test("H08 while a secret is rolled, either one is good, and so is a header with both", async () => {
  for (const secret of [stripeSecret, olderStripeSecret]) {
    const text = stripeEvent("customer.created", { id: "cus_1" });
    expect((await webhook.send(stripeRequest(text, signatureOf(text, secret)))).status).toBe(200);
    const t = nowSeconds();
    const both = `t=${t},v1=${"0".repeat(64)},v1=${v1(text, secret, t)}`;
    const another = stripeEvent("customer.created", { id: "cus_1" });
    const good = `t=${t},v1=${v1(another, secret, t)},v1=${"f".repeat(64)}`;
    expect((await webhook.send(stripeRequest(text, both))).status).toBe(200);
    expect((await webhook.send(stripeRequest(another, good))).status).toBe(200);
  }
});

test("H10 a body that isn't byte for byte what was signed is refused", async () => {
  const text = body();
  const header = signatureOf(text, stripeSecret);
  await webhook.expectRefused(stripeRequest(JSON.stringify(JSON.parse(text)), header));
  await webhook.expectRefused(stripeRequest(`${text} `, header));
  await webhook.expectRefused(stripeRequest(`\n${text}`, header));
  await webhook.expectRefused(stripeRequest(new Uint8Array(Buffer.from(`\ufeff${text}`)), header));
  await webhook.expectRefused(stripeRequest(text.slice(0, -1), header));
  await webhook.expectRefused(stripeRequest("", header));
});

test("H28 an event of another Stripe account is refused", async () => {
  const topUp = await webhook.openTopUp();
  for (const foreign of [{ account: "acct_other" }, { account: 7 }, { context: "acct_other" }]) {
    const text = stripeEvent("checkout.session.completed", sessionOf(topUp), foreign);
    await webhook.expectRefused(stripeRequest(text));
  }
  expect(await webhook.statusOf(topUp)).toBe("pending");
});

test("P9 an event of the other mode is refused, however well it is signed", async () => {
  const topUp = await webhook.openTopUp();
  for (const livemode of [true, "false", null, 0]) {
    const text = stripeEvent("checkout.session.completed", sessionOf(topUp), { livemode });
    await webhook.expectRefused(stripeRequest(text));
  }
  expect(await webhook.statusOf(topUp)).toBe("pending");
});

test.each([
  ["H11 text that isn't JSON", "{"],
  ["a list", "[]"],
  ["null", "null"],
  ["a number", "1"],
  ["no id", '{"type":"x","livemode":false}'],
  ["an id that is a number", '{"id":1,"type":"x","livemode":false}'],
  ["an id with NUL", '{"id":"evt_\\u0000","type":"x","livemode":false}'],
])("%s is refused with 400 and leaves no row", async (_name, text) => {
  const before = await webhook.countRows();
  const answer = await webhook.send(stripeRequest(text));
  expect(answer).toMatchObject({ status: 400, body: { error: { code: "INVALID_JSON" } } });
  expect(await webhook.countRows()).toBe(before);
});

test("a body over 256 KiB is refused unread", async () => {
  const text = stripeEvent("customer.created", { id: "cus_1", fill: "x".repeat(256 * 1_024) });
  expect((await webhook.send(stripeRequest(text))).status).toBe(413);
});

test("H13 every other method is 405 and says which is allowed", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] as const) {
    const answer = await webhook.route[method]();
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST"]);
  }
});

test.each([
  ["customer.created", { id: "cus_1" }, {}],
  ["constructor", { id: "x" }, {}],
  ["checkout.session.async_payment_maybe", { id: "cs_1" }, {}],
  ["v1.billing.meter.no_meter_found", undefined, { object: "v2.core.event", data: undefined }],
])("H29 the unknown type %s is taken and ignored", async (type, object, changes) => {
  expect(await webhook.tell(type, object, changes)).toBe("ignored");
});

test("H29 a thin event is taken and ignored", async () => {
  const text = JSON.stringify({
    ...{ id: "evt_test_thin", object: "v2.core.event", type: "v2.core.event", livemode: false },
    created: "2026-11-21T10:00:00.000Z",
    related_object: { id: "acct_1", type: "v2.core.account", url: "/v2/core/accounts/acct_1" },
  });
  const answer = await webhook.send(stripeRequest(text));
  expect(answer).toEqual({ status: 200, body: { received: true, outcome: "ignored" } });
});
