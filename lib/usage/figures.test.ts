import { describe, expect, it } from "vitest";
import {
  axisText,
  changeSince,
  columnUsdText,
  decimalsNeeded,
  errorRateText,
  shortCountText,
  usageCostText,
} from "@/lib/usage/figures";

describe("figures", () => {
  it("shows every digit of a cost below a dollar and four decimals above", () => {
    expect(usageCostText(0n)).toBe("$0.00");
    expect(usageCostText(123_400n)).toBe("$0.0001234");
    expect(usageCostText(128_447_112_345n)).toBe("$128.4471");
  });

  it("lines up a column of exact amounts without losing a digit", () => {
    const amounts = [1_500_000_000n, 123_400n, 0n];
    const decimals = decimalsNeeded(amounts);
    expect(amounts.map((nanos) => columnUsdText(nanos, decimals))).toEqual([
      "$1.5000000",
      "$0.0001234",
      "$0.0000000",
    ]);
    expect(decimalsNeeded([])).toBe(2);
  });

  it("shortens counts only where they are long", () => {
    expect(shortCountText(99_999n)).toBe("99,999");
    expect(shortCountText(412_906n)).toBe("413 k");
    expect(shortCountText(91_312_345n)).toBe("91.3 M");
    expect(shortCountText(12_800_000_000n)).toBe("12.8 B");
  });

  it("never shows a few errors as none, nor a rate without requests", () => {
    expect(errorRateText(0n, 0n)).toBe("–");
    expect(errorRateText(0n, 5n)).toBe("0 %");
    expect(errorRateText(1n, 1_000_000n)).toBe("<0.01 %");
    expect(errorRateText(42n, 10_000n)).toBe("0.42 %");
    expect(errorRateText(1n, 2n)).toBe("50.0 %");
  });

  it("compares only with a period that had something", () => {
    expect(changeSince(5n, 0n)).toBeNull();
    expect(changeSince(1_082n, 1_000n)).toEqual({ direction: "up", text: "8.2 %" });
    expect(changeSince(500n, 1_000n)).toEqual({ direction: "down", text: "50.0 %" });
    expect(changeSince(1_000n, 1_000n)).toEqual({ direction: "same", text: "0 %" });
    expect(changeSince(20_000n, 1_000n)).toEqual({ direction: "up", text: "20 ×" });
  });

  it("labels money with as many decimals as its steps need", () => {
    expect(axisText(2e9, 2e9, "cost")).toBe("$2");
    expect(axisText(5e8, 5e8, "cost")).toBe("$0.50");
    expect(axisText(250_000, 250_000, "cost")).toBe("$0.00025");
    expect(axisText(25_000, 25_000, "tokens")).toBe("25 k");
    expect(axisText(2_500_000, 2_500_000, "tokens")).toBe("2.5 M");
  });
});
