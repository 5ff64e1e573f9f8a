import { expect, test } from "vitest";
import {
  endpointStatus,
  endpointTitle,
  shortUrl,
  successPercent,
} from "@/app/(dashboard)/webhooks/endpoint-text";

test("an endpoint is called by its description, else by its host", () => {
  const url = "https://hooks.example.com:8443/in?from=us";
  expect(endpointTitle({ url, description: "Billing" })).toBe("Billing");
  expect(endpointTitle({ url, description: "" })).toBe("hooks.example.com:8443");
});

test("an address is shortened by nothing that tells it from another", () => {
  expect(shortUrl("https://example.com/")).toBe("example.com");
  expect(shortUrl("https://example.com/hooks?a=1")).toBe("example.com/hooks?a=1");
  expect(shortUrl("http://example.com/hooks")).toBe("http://example.com/hooks");
});

test.each([
  [{ disabledReason: null, failuresInRow: 0 }, "active"],
  [{ disabledReason: null, failuresInRow: 1 }, "failing"],
  [{ disabledReason: "user", failuresInRow: 3 }, "disabled"],
  [{ disabledReason: "failures", failuresInRow: 20 }, "stopped"],
  [{ disabledReason: "gone", failuresInRow: 1 }, "stopped"],
] as const)("%o is %s", (endpoint, status) => {
  expect(endpointStatus(endpoint)).toBe(status);
});

test("only an endpoint without any failure has 100 percent", () => {
  expect(successPercent({ attempts: 0, succeeded: 0 })).toBeNull();
  expect(successPercent({ attempts: 100, succeeded: 100 })).toBe(100);
  expect(successPercent({ attempts: 1_000, succeeded: 999 })).toBe(99);
  expect(successPercent({ attempts: 3, succeeded: 0 })).toBe(0);
});
