import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { capResetsAt, capWindowStart } from "@/lib/keys/cap-budgets";
import { updateKey } from "@/lib/keys/change-key";
import type { KeyChange } from "@/lib/keys/schema";
import { makeKey, openWorkspace, origin } from "@/lib/keys/testing/workspace";
import { dayMs } from "@/lib/time";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe("windows", () => {
  test.each([
    ["day", "2028-02-29T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["week", "2028-02-28T00:00:00.000Z", "2028-03-06T00:00:00.000Z"],
    ["month", "2028-02-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
  ] as const)("P13 a %s on a leap day", (interval, start, end) => {
    for (const at of ["2028-02-29T00:00:00.000Z", "2028-02-29T23:59:59.999Z"]) {
      expect(capWindowStart(interval, new Date(at))).toEqual(new Date(start));
      expect(capResetsAt(interval, new Date(at))).toEqual(new Date(end));
    }
  });

  test("P13 every instant lies in exactly one window, and weeks start on Mondays", () => {
    const at = fc.date({
      min: new Date("2000-01-01"),
      max: new Date("2100-01-01"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        at,
        fc.constantFrom("day" as const, "week" as const, "month" as const),
        (now, interval) => {
          const start = capWindowStart(interval, now);
          const end = capResetsAt(interval, now);
          expect(start <= now && end !== null && now < end).toBe(true);
          expect(capWindowStart(interval, end ?? now)).toEqual(end);
          expect(capWindowStart("week", now).getUTCDay()).toBe(1);
          expect(start.getTime() % dayMs).toBe(0);
        },
      ),
    );
  });

  test("the database reckons the same windows", async () => {
    const now = new Date("2027-01-03T12:00:00.000Z");
    const [row] = await database.sql`
      select date_trunc('day', ${now}::timestamptz, 'UTC') as day,
        date_trunc('week', ${now}::timestamptz, 'UTC') as week,
        date_trunc('month', ${now}::timestamptz, 'UTC') as month, 'epoch'::timestamptz as total`;
    for (const interval of ["day", "week", "month", "total"] as const) {
      expect(capWindowStart(interval, now)).toEqual(row?.[interval]);
    }
  });
});

async function openSpender() {
  const scope = await openWorkspace(database.db);
  const id = await makeKey(database.db, scope);
  const other = await makeKey(database.db, scope);
  const spend = (nanos: number, ago: string, keyId = id) => database.sql`
    insert into usage_hourly values (${scope.workspaceId},
      date_trunc('hour', now() - ${ago}::interval, 'UTC'), ${keyId}, ${ago}, '/v1/messages', 2, 1,
      0, 0, ${nanos}, '{1}')`;
  const update = (caps: KeyChange["caps"]) => updateKey(database.db, scope, { id, caps }, origin);
  const rows = async () => {
    const found = await database.sql`
      select interval, "limit"::int, used::int, held::int from budgets
      where key_id = ${id} and kind = 'cap' and unit = 'nanos' order by interval`;
    return Object.fromEntries(found.map(({ interval, ...row }) => [interval, row]));
  };
  return { scope, id, other, spend, update, rows };
}

test("a cap that is set starts from what the key has spent in its period", async () => {
  const key = await openSpender();
  await key.spend(5, "0 hours");
  await key.spend(70, "40 days");
  await key.spend(900, "0 hours", key.other);
  await key.update({ day: "0.000000100", total: "0.000000100" });
  expect(await key.rows()).toEqual({
    day: { limit: 100, used: 5, held: 0 },
    total: { limit: 100, used: 75, held: 0 },
  });
});

test("a changed cap goes on counting; one that comes back counts what came between", async () => {
  const key = await openSpender();
  await key.spend(5, "0 hours");
  await key.update({ total: "0.000000100" });
  await database.sql`update budgets set used = 42, held = 3 where key_id = ${key.id}`;
  await key.update({ total: "0.000000050" });
  expect(await key.rows()).toEqual({ total: { limit: 50, used: 42, held: 3 } });
  await key.update({ total: null });
  await key.spend(100, "1 hour");
  await key.update({ total: "0.000000070" });
  expect(await key.rows()).toEqual({ total: { limit: 70, used: 105, held: 3 } });
});
