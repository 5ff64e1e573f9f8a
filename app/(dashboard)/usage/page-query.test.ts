import { describe, expect, it } from "vitest";
import {
  activeFilters,
  csvAddress,
  pageAddress,
  previousName,
  readPageQuery,
  usageAddress,
} from "@/app/(dashboard)/usage/page-query";

function read(query: string, readerZone = "UTC") {
  return readPageQuery(new URLSearchParams(query), readerZone);
}

describe("the usage page's address", () => {
  it("survives a round trip, and leaves out what is the default", () => {
    const query = new URLSearchParams([
      ["range", "custom"],
      ["metric", "latency"],
      ["group", "key"],
      ["from", "2026-11-01"],
      ["to", "2026-11-10"],
      ["tz", "Asia/Kolkata"],
      ["key", "key_01kah5v3zq8m2n4c6d7e8f9gab"],
      ["model", "a model & more"],
      ["endpoint", "/v1/chat/completions"],
      ["status", "5"],
      ["percentile", "p50"],
      ["compare", "off"],
      ["view", "table"],
      ["hide", "~other"],
      ["hide", "gpt-4"],
    ]).toString();
    const address = pageAddress(read(query));
    expect(address).toBe(`/usage?${query}`);
    expect(pageAddress(read(address.split("?")[1] ?? ""))).toBe(address);
    expect(pageAddress(read(""))).toBe("/usage");
  });

  it("falls back where a word is unknown, and keeps days that can't be so that they can be mended", () => {
    const wrong =
      "range=1y&metric=x&group=y&key=k&view=z&tz=Mars/Olympus&status=9&model=%00&percentile=p99&compare=1";
    expect(read(wrong)).toMatchObject({
      range: "30d",
      metric: "cost",
      group: "model",
      key: "",
      model: "",
      status: "",
      zone: "UTC",
      view: "chart",
      parsed: { ok: true },
    });
    expect(pageAddress(read(wrong))).toBe("/usage");
    expect(read("range=custom&from=2026-02-30")).toMatchObject({
      from: "2026-02-30",
      parsed: { ok: false, fields: { from: expect.any(String), to: expect.any(String) } },
    });
  });

  it("falls back where there is far too much", () => {
    const many = Array.from({ length: 50 }, (_, i) => `hide=series-${i}`).join("&");
    expect(read(many).hide).toEqual([]);
    expect(read(`model=${"m".repeat(5_000)}`).model).toBe("");
  });

  it("takes the last of several, and each series to hide once", () => {
    expect(read("range=7d&range=24h&hide=a&hide=a").range).toBe("24h");
    expect(read("hide=a&hide=a").hide).toEqual(["a"]);
  });

  it("counts the reader's days unless another zone was chosen", () => {
    expect(read("", "Europe/Berlin")).toMatchObject({ tz: "", zone: "Europe/Berlin" });
    expect(read("tz=UTC", "Europe/Berlin")).toMatchObject({ tz: "UTC", zone: "UTC" });
  });

  it("asks the server for nothing but the query", () => {
    const { parsed } = read("range=7d&view=table&hide=x&compare=off&model=gpt-4");
    if (!parsed.ok) throw new Error("not a query");
    expect(usageAddress(parsed.query)).toBe(
      "/api/usage?range=7d&metric=cost&group=model&tz=UTC&model=gpt-4",
    );
    expect(csvAddress(parsed.query)).toBe(
      "/api/usage/csv?range=7d&metric=cost&group=model&tz=UTC&model=gpt-4",
    );
  });

  it("tells which filters there are", () => {
    expect(activeFilters(read("model=gpt-4&status=4"))).toEqual([
      ["model", "gpt-4"],
      ["status", "4"],
    ]);
  });

  it("names the period before", () => {
    expect(previousName("24h", 1)).toBe("the 24 hours before");
    expect(previousName("month", 21)).toBe("the month before");
    expect(previousName("custom", 1)).toBe("the day before");
  });
});
