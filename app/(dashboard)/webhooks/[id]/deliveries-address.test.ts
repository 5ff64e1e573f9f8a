import { expect, test } from "vitest";
import {
  deliveriesAddress,
  readDeliveryState,
} from "@/app/(dashboard)/webhooks/[id]/deliveries-address";

const id = "we_01kah5v3zq8m2n4c6d7e8f9gab";
const after = "dlv_01kah5v3zq8m2n4c6d7e8f9gab";

test("an address is read as it was written", () => {
  const shown = { state: "failed", after } as const;
  const address = deliveriesAddress(id, shown);
  expect(address).toBe(`/webhooks/${id}?state=failed&after=${after}`);
  const params = new URL(address, "https://example.com").searchParams;
  expect(
    readDeliveryState({
      state: params.get("state") ?? undefined,
      after: params.get("after") ?? undefined,
    }),
  ).toEqual(shown);
  expect(deliveriesAddress(id, {})).toBe(`/webhooks/${id}`);
});

test.each([
  [{ state: "lost", after: "x" }],
  [{ state: ["failed", "failed"], after: [after] }],
  [{ state: "", after: "dlv_' or 1=1" }],
])("what makes no sense in it is left out: %o", (words) => {
  expect(readDeliveryState(words)).toEqual({ state: undefined, after: undefined });
});
