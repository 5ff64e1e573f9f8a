import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newWebhookSecret, signatureHeader } from "@/lib/webhooks/signature";

const now = () => Math.floor(Date.now() / 1_000);

function headers(secrets: string[], parts: { id: string; timestamp: number; body: string }) {
  return {
    "webhook-id": parts.id,
    "webhook-timestamp": String(parts.timestamp),
    "webhook-signature": signatureHeader(secrets, parts),
  };
}

test("a known message has the signature that the specification's own example has", () => {
  const signature = signatureHeader(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  });
  expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("the official verifier takes any body, and none that differs in a byte", () => {
  const secret = newWebhookSecret();
  fc.assert(
    fc.property(fc.json(), fc.json(), (body, other) => {
      const signed = headers([secret], { id: "msg_1", timestamp: now(), body });
      expect(new Webhook(secret).verify(body, signed)).toEqual(JSON.parse(body));
      if (other !== body) expect(() => new Webhook(secret).verify(other, signed)).toThrow();
      expect(() => new Webhook(newWebhookSecret()).verify(body, signed)).toThrow();
    }),
    { numRuns: 50 },
  );
});

test("while two secrets sign, holders of either accept", () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const parts = { id: "msg_1", timestamp: now(), body: "{}" };
  for (const secret of secrets) {
    expect(new Webhook(secret).verify("{}", headers(secrets, parts))).toEqual({});
  }
  expect(() =>
    new Webhook(secrets[0] ?? "").verify("{}", headers(secrets.slice(1), parts)),
  ).toThrow();
});

test("an old attempt isn't accepted", () => {
  const secret = newWebhookSecret();
  const old = headers([secret], { id: "msg_1", timestamp: now() - 301, body: "{}" });
  expect(() => new Webhook(secret).verify("{}", old)).toThrow(/too old/);
});

test("secrets are 256 random bits in the specification's form", () => {
  const secrets = Array.from({ length: 100 }, newWebhookSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^whsec_[0-9A-Za-z+/]{43}=$/);
});
