import { expect, test } from "vitest";
import { sentHeaders } from "@/app/(dashboard)/webhooks/[id]/sent-headers";

const message = {
  id: "msg_01kah5v3zq8m2n4c6d7e8f9gab",
  type: "webhook.test",
  occurredAt: new Date(0),
};
const attempt = { durationMs: 3, status: 204, error: null, answer: "", answerBytes: 0 };
const headerOf = (headers: { name: string; value: string }[], name: string) =>
  headers.find((header) => header.name === name)?.value;

test("the headers are those of the latest attempt, without its signature", () => {
  const tries = [
    { ...attempt, number: 2, at: new Date(1_900_000_000_999) },
    { ...attempt, number: 1, at: new Date(1_800_000_000_000) },
  ];
  const headers = sentHeaders({ message, tries }, 2);
  expect(headerOf(headers, "webhook-id")).toBe(message.id);
  expect(headerOf(headers, "webhook-timestamp")).toBe("1900000000");
  expect(headerOf(headers, "webhook-signature")).toBe("v1,… v1,…");
});

test("before the first attempt there is no time to tell", () => {
  expect(headerOf(sentHeaders({ message, tries: [] }, 1), "webhook-timestamp")).not.toMatch(/\d/);
});
