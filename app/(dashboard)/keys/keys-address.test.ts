import { expect, test } from "vitest";
import { keysAddress, shownKeys, sortAddress } from "@/app/(dashboard)/keys/keys-address";
import { KeyListQuery } from "@/lib/keys/schema";

const place = "key_00000000000000000000000000";

test("what is the default stands in no address", () => {
  expect(keysAddress(KeyListQuery.parse({}))).toBe("/keys");
  expect(keysAddress(KeyListQuery.parse({ sort: "name", order: "asc" }))).toBe("/keys?sort=name");
});

test("an address says all that a list shows, and reads back as the same", () => {
  const query = KeyListQuery.parse({
    ...{ search: "ops & co", status: "revoked", environment: "test", sort: "used", order: "asc" },
    after: place,
  });
  const params = new URL(keysAddress(query), "http://localhost").searchParams;
  const { q: search, env: environment, ...rest } = Object.fromEntries(params);
  expect(KeyListQuery.parse({ search, environment, ...rest })).toEqual(query);
});

test("K13 nonsense in an address is the default, never an error", () => {
  const query = KeyListQuery.parse({
    ...{ search: "\u0000", sort: "__proto__", order: "-1", status: "x", environment: ["live"] },
    ...{ after: "1 or 1=1", before: {} },
  });
  expect(keysAddress(query)).toBe("/keys");
});

test("a column's head sorts by its own order first, then the other way, and starts over", () => {
  const shown = shownKeys(KeyListQuery.parse({ search: "a", after: place }));
  expect(sortAddress(shown, "expires")).toBe("/keys?q=a&sort=expires");
  expect(sortAddress({ ...shown, sort: "expires" }, "expires")).toBe(
    "/keys?q=a&sort=expires&order=desc",
  );
  expect(sortAddress({ ...shown, sort: "expires", order: "desc" }, "expires")).toBe(
    "/keys?q=a&sort=expires",
  );
});
