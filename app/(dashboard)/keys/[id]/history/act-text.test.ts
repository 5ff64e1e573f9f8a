import { expect, test } from "vitest";
import { actText } from "@/app/(dashboard)/keys/[id]/history/act-text";

test("a change lists each field with what it was and what it is", () => {
  const details = {
    name: "Production",
    "scopes.from": ["read"],
    "scopes.to": ["read", "write"],
    "capMonth.from": null,
    "capMonth.to": "25.00",
    "models.from": ["gpt-4"],
    "models.to": null,
    "addresses.from": null,
    "addresses.to": [],
    "expiresAt.from": "2026-11-21T00:00:00.000Z",
    "expiresAt.to": null,
    "rotationDays.to": 90,
  };
  expect(actText("api_key.updated", details)).toEqual({
    what: "changed the key",
    more: [
      "Scopes: read → read, write",
      "Cap a month: none → $25.00",
      "Models: gpt-4 → all",
      "Addresses: any → none",
      "Expiry: 21 Nov 2026 → never",
      "Rotation: none → every 90 days",
    ],
  });
});

test("a rotation tells which secret follows which, and for how long both work", () => {
  const details = { last4: "9aXz", oldLast4: "3f9c", graceSeconds: 3_600 };
  expect(actText("api_key.rotated", details).more).toEqual([
    "…9aXz takes over from …3f9c",
    "1 hour of overlap",
  ]);
});

test("an act that nobody has words for is spelt out, and odd details break nothing", () => {
  expect(actText("api_key.reminder_sent", [1])).toEqual({ what: "reminder sent", more: [] });
  for (const details of [null, "x", { last4: 5, graceSeconds: "x", retiresAt: "soon" }]) {
    expect(actText("api_key.secret_activated", details).more).toEqual([]);
    expect(actText("api_key.rotated", details).more).toEqual([]);
  }
});
