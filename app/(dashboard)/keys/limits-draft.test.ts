import { expect, test } from "vitest";
import {
  type LimitsDraft,
  limitsText,
  noLimitsDraft,
  readLimits,
} from "@/app/(dashboard)/keys/limits-draft";
import { CreateKey } from "@/lib/keys/schema";

const draft: LimitsDraft = {
  caps: { day: "", week: "", month: " $1,250.50 ", total: "" },
  requestsPerHour: "1,000",
  models: ["gpt-4", "claude-*"],
  addresses: ["203.0.113.7"],
  rotationDays: "90",
};

const rest = {
  name: "Test",
  environment: "live",
  scopes: ["read"],
  expiry: { kind: "never" },
  nonce: "0123456789abcdef",
};

test("nothing typed sets no limit", () => {
  expect(limitsText(noLimitsDraft)).toBe("");
  expect(readLimits(noLimitsDraft)).toEqual({
    caps: { day: null, week: null, month: null, total: null },
    requestsPerHour: null,
    modelAllowlist: null,
    addressAllowlist: null,
    rotationDays: null,
  });
});

test("a draft says what it sets, and is what the server takes", () => {
  expect(limitsText(draft)).toBe(
    "$1250.50 a month, 1000 requests an hour, 2 models, 1 address, rotated every 90 days",
  );
  const parsed = CreateKey.parse({ ...rest, ...readLimits(draft) });
  expect(parsed.caps).toEqual({ day: null, week: null, month: "1250.50", total: null });
  expect(parsed.requestsPerHour).toBe(1_000);
  expect(parsed.modelAllowlist).toEqual(["gpt-4", "claude-*"]);
});

test.each(["ten", "1.5", "-3", "1e3", "0x10"])("a rate of “%s” is refused", (requestsPerHour) => {
  const parsed = CreateKey.safeParse({ ...rest, ...readLimits({ ...draft, requestsPerHour }) });
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toEqual(["requestsPerHour"]);
});

test.each(["0", "-1", "1e3", "1,00", "0.0000000001"])("a cap of “%s” is refused", (day) => {
  const caps = { ...draft.caps, day };
  const parsed = CreateKey.safeParse({ ...rest, ...readLimits({ ...draft, caps }) });
  expect(parsed.error?.issues.map(({ path }) => path.join("."))).toEqual(["caps.day"]);
});
