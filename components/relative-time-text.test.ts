import { describe, expect, it } from "vitest";
import { exactTimeText, relativeTimeText } from "@/components/relative-time-text";

const now = new Date("2026-11-21T14:03:22Z");
const at = (text: string) => relativeTimeText(new Date(text), now);

describe("relativeTimeText", () => {
  it("rounds down, so that nothing reads older than it is", () => {
    expect(at("2026-11-21T14:03:08Z")).toBe("14 s ago");
    expect(at("2026-11-21T14:01:23Z")).toBe("1 min ago");
    expect(at("2026-11-20T14:03:23Z")).toBe("23 h ago");
    expect(at("2026-11-20T14:03:22Z")).toBe("1 day ago");
  });

  it("speaks of the future as such", () => {
    expect(at("2026-11-24T14:03:22Z")).toBe("in 3 days");
    expect(at("2026-11-21T14:03:25Z")).toBe("in a moment");
  });

  it("gives the date past thirty days, with its year where that is another", () => {
    expect(at("2026-10-02T00:00:00Z")).toBe("2 Oct");
    expect(at("2025-11-02T00:00:00Z")).toBe("2 Nov 2025");
  });
});

describe("exactTimeText", () => {
  it("is to the second and in UTC wherever it is read", () => {
    expect(exactTimeText(now)).toBe("21 Nov 2026, 14:03:22 UTC");
  });
});
