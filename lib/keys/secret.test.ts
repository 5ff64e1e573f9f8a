import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  hashSecret,
  looksLikeSecret,
  mintSecret,
  parseSecret,
  secretPattern,
} from "@/lib/keys/secret";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const environment = fc.constantFrom("live" as const, "test" as const);
const minted = environment.map((kind) => ({ kind, ...mintSecret(kind) }));

describe("the vectors", () => {
  test.each([
    "agin_live_1234567890abcdefghijklmnopqrst0Aa0ZU",
    "agin_live_0000000000000000000000000000002C8GjS",
    "agin_live_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz4IlJEz",
  ])("%s is a live key", (text) => {
    expect(parseSecret(text, "agin")).toEqual({ environment: "live" });
  });

  test("a right form with a wrong checksum looks like a key and is refused", () => {
    const literal = "agin_live_1234567890abcdefghijklmnopqrstuvwxyz";
    expect(looksLikeSecret(literal, "agin")).toBe(true);
    expect(parseSecret(literal, "agin")).toBeNull();
  });
});

describe("a minted secret", () => {
  test("is accepted with its own environment, and described by its prefix, last four and hash", () => {
    fc.assert(
      fc.property(minted, ({ kind, secret, prefix, last4, hash }) => {
        expect(parseSecret(secret)).toEqual({ environment: kind });
        expect(secret).toMatch(/^gate_(live|test)_[0-9A-Za-z]{36}$/);
        expect(prefix).toBe(`gate_${kind}`);
        expect(secret.endsWith(last4) && last4.length === 4).toBe(true);
        expect(hash).toEqual(createHash("sha256").update(secret).digest());
        expect(hash).toEqual(hashSecret(secret));
      }),
    );
  });

  test("is refused with any one character changed", () => {
    fc.assert(
      fc.property(
        minted,
        fc.nat(),
        fc.constantFrom(...alphabet, "_", "-", " ", "é"),
        ({ secret }, place, character) => {
          const at = place % secret.length;
          fc.pre(secret[at] !== character);
          const changed = secret.slice(0, at) + character + secret.slice(at + 1);
          expect(parseSecret(changed)).toBeNull();
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("is refused with two neighbouring characters swapped", () => {
    fc.assert(
      fc.property(minted, fc.nat(), ({ secret }, place) => {
        const at = place % (secret.length - 1);
        const swapped = secret.slice(0, at) + secret[at + 1] + secret[at] + secret.slice(at + 2);
        fc.pre(swapped !== secret);
        expect(parseSecret(swapped)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test("is refused cut short, lengthened, wrapped in space or under another prefix", () => {
    const { secret } = mintSecret("live");
    for (const text of [
      secret.slice(0, -1),
      `${secret}0`,
      ` ${secret}`,
      `${secret}\n`,
      secret.toLowerCase(),
      secret.replace("gate_", "agin_"),
      secret.replace("_live_", "_LIVE_"),
      "",
    ]) {
      expect(parseSecret(text)).toBeNull();
    }
  });

  test("draws every character equally often and never repeats", () => {
    const counts = new Map<string, number>();
    const seen = new Set<string>();
    for (let i = 0; i < 4_000; i++) {
      const { secret } = mintSecret("live");
      seen.add(secret);
      for (const character of secret.slice("gate_live_".length, -6)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    expect(seen.size).toBe(4_000);
    expect(counts.size).toBe(62);
    const expected = (4_000 * 30) / 62;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // 61 degrees of freedom: beyond 130 once in a million runs; without rejection it is far above.
    expect(chiSquare).toBeLessThan(130);
  });
});

test("any text is either refused or has its checksum right, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(parseSecret(text)).toBeNull();
      expect(looksLikeSecret(`gate_live_${text}`)).toBe(/^[0-9A-Za-z]{36}$/.test(text));
    }),
  );
});

test("the scanner finds keys in text and nothing that merely contains one's letters", () => {
  const live = mintSecret("live").secret;
  const sandbox = mintSecret("test").secret;
  const text = `KEY=${live}\n"${sandbox}", xgate_live_${live.slice(10)} ${live}a gate_live_short`;
  expect(text.match(secretPattern())).toEqual([live, sandbox]);
  expect(secretPattern("agin").source).toBe(String.raw`\bagin_(?:live|test)_[0-9A-Za-z]{36}\b`);
});
