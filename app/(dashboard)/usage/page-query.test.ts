import { describe, expect, it } from "vitest";
import {
  pageAddress,
  previousName,
  readPageQuery,
  usageAddress,
} from "@/app/(dashboard)/usage/page-query";

describe("the usage page's address", () => {
  it("survives a round trip, and leaves out what is the default", () => {
    const params = {
      range: "custom",
      from: "2026-11-01",
      to: "2026-11-10",
      metric: "tokens",
      group: "key",
      key: "key_01kah5v3zq8m2n4c6d7e8f9gab",
      view: "table",
    };
    const address = pageAddress(readPageQuery(params));
    expect(Object.fromEntries(new URL(address, "http://x").searchParams)).toEqual(params);
    expect(pageAddress(readPageQuery({}))).toBe("/usage");
  });

  it("falls back where a word is unknown, and keeps days that can't be so that they can be mended", () => {
    expect(
      readPageQuery({ range: "1y", metric: "x", group: "y", key: "k", view: "z" }),
    ).toMatchObject({
      range: "30d",
      metric: "cost",
      group: "model",
      key: "",
      view: "chart",
      parsed: { ok: true },
    });
    expect(readPageQuery({ range: "custom", from: "2026-02-30", to: "" })).toMatchObject({
      from: "2026-02-30",
      parsed: { ok: false, fields: { from: expect.any(String), to: expect.any(String) } },
    });
  });

  it("asks the server for nothing but the query", () => {
    const page = readPageQuery({ range: "7d", view: "table" });
    if (!page.parsed.ok) throw new Error("not a query");
    expect(usageAddress(page.parsed.query)).toBe("/api/usage?range=7d&metric=cost&group=model");
  });

  it("names the period before", () => {
    expect(previousName("24h", 1)).toBe("the 24 hours before");
    expect(previousName("month", 21)).toBe("the month before");
    expect(previousName("custom", 1)).toBe("the day before");
  });
});
