import fc from "fast-check";
import { expect, test } from "vitest";
import { mintSecret } from "@/lib/keys/secret";
import { searchTermOf } from "@/lib/search-term";

test("a pasted key is searched for by its last four, so that it never reaches the address", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("", " ", "GATEHOUSE_API_KEY=", 'Authorization: "Bearer ', "the key "),
      fc.constantFrom("", "\n", '"', " is lost"),
      fc.constantFrom("live" as const, "test" as const),
      (before, after, environment) => {
        const { secret, last4 } = mintSecret(environment);
        expect(searchTermOf(before + secret + after)).toBe(last4);
        expect(searchTermOf(secret.slice("gate_live_".length))).toBe(last4);
      },
    ),
  );
});

test("the masked form as the list shows it finds its key", () => {
  expect(searchTermOf("gate_live_…7tKi")).toBe("7tKi");
  expect(searchTermOf("gate_test_...7tKi")).toBe("7tKi");
});

test("other text is kept as typed, in NFC and without controls", () => {
  expect(searchTermOf("  Nightly batch ")).toBe("Nightly batch");
  expect(searchTermOf("load_test_runner")).toBe("load_test_runner");
  expect(searchTermOf("Cafe\u0301")).toBe("Café");
  expect(searchTermOf("a\u0000b\u001f\ud800")).toBe("ab");
  expect(searchTermOf("gate_live_")).toBe("gate_live_");
});
