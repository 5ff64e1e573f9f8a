import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchFor } from "@/lib/gateway/upstreams/simulated/pattern-values";

describe("a text for a pattern", () => {
  it.each([
    "^[A-Z]{2}$",
    "^\\d{3}-\\d{4}$",
    "^(?:foo|bar)+$",
    "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$",
    "^v(?<major>\\d+)\\.\\d+(\\.\\d+)?$",
    "^#[0-9a-fA-F]{6}$",
    "^[\\w.-]+$",
    "a|b",
    "^\\$\\d+\\.\\d{2}$",
    "^[^a-z]$",
    "^\\u0041\\x42$",
    "^.{5,10}$",
    "^$",
    "[\\]-]",
  ])("%s matches it", (pattern) => {
    expect(matchFor(pattern, 0) ?? "none").toMatch(new RegExp(pattern));
  });

  it("is as long as it has to be", () => {
    const text = matchFor("^[a-z]+(-[a-z]+)*$", 12) ?? "";
    expect(text).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(text.length).toBeGreaterThanOrEqual(12);
  });

  it("is null for what can't be read, and never takes long", () => {
    expect(matchFor("(?=a)a", 0)).toBeNull();
    expect(matchFor("(a)\\1", 0)).toBeNull();
    expect(matchFor("[]", 0)).toBeNull();
    const startedAtMs = performance.now();
    for (const pattern of [
      "((((a{9}){9}){9}){9}){9}",
      "(((a*)*)*)*b",
      "a{9999}",
      "(".repeat(400),
    ]) {
      expect((matchFor(pattern, 2_000) ?? "").length).toBeLessThanOrEqual(10_000);
    }
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });

  it("never throws, whatever the pattern", () => {
    const soup = fc.array(fc.constantFrom(..."()[]{}|\\^$.*+?-,0123abdwsu:<>= é"), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(soup, fc.nat(50), (characters, length) => {
        const text = matchFor(characters.join(""), length);
        expect(text === null || text.length < 50_000).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });
});
