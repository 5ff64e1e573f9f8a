import { describe, expect, it } from "vitest";
import { parseUsageQuery } from "@/lib/usage/schema";

function fieldsOf(params: Record<string, string>): Record<string, string> {
  const parsed = parseUsageQuery(params);
  return parsed.ok ? {} : parsed.fields;
}

describe("parseUsageQuery", () => {
  it("asks for 30 days of cost by model where nothing is said", () => {
    expect(parseUsageQuery({})).toEqual({
      ok: true,
      query: { range: "30d", metric: "cost", group: "model" },
    });
  });

  it("takes a custom range of days, both included", () => {
    expect(parseUsageQuery({ range: "custom", from: "2026-11-01", to: "2026-11-01" })).toEqual({
      ok: true,
      query: {
        range: "custom",
        from: "2026-11-01",
        to: "2026-11-01",
        metric: "cost",
        group: "model",
      },
    });
  });

  it.each([
    [{ range: "1y" }, "range"],
    [{ metric: "price" }, "metric"],
    [{ group: "user" }, "group"],
    [{ range: "custom", to: "2026-11-01" }, "from"],
    [{ range: "custom", from: "2026-02-30", to: "2026-03-01" }, "from"],
    [{ range: "custom", from: "2025-02-29", to: "2026-03-01" }, "from"],
    [{ range: "custom", from: "1.2.2026", to: "2026-03-01" }, "from"],
    [{ range: "custom", from: "2026-03-01", to: "2026-03-01T00:00:00Z" }, "to"],
    [{ range: "custom", from: "1999-12-31", to: "2000-01-01" }, "from"],
    [{ range: "custom", from: "2026-03-02", to: "2026-03-01" }, "to"],
    [{ range: "custom", from: "2025-01-01", to: "2026-01-02" }, "to"],
  ])("refuses %o and says so at %s", (params, field) => {
    const fields = fieldsOf(params);
    expect(Object.keys(fields)).toEqual([field]);
    expect(fields[field]).toMatch(/[a-z].*\.$/);
  });

  it("takes a whole leap year and says how long a longer range is", () => {
    expect(fieldsOf({ range: "custom", from: "2024-01-01", to: "2024-12-31" })).toEqual({});
    expect(fieldsOf({ range: "custom", from: "2024-01-01", to: "2025-01-01" })).toEqual({
      to: "This is 367 days. Choose at most 366.",
    });
  });
});
