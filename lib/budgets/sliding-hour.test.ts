import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const minuteSeconds = 60;

/** What the SQL functions do with a series of requests, at the seconds given. */
async function admitAll(seconds: number[], limit: number): Promise<boolean[]> {
  const rows = await database.sql`
    with recursive steps as (
      select 0 as i, null::integer[] as slots, null::timestamptz as at, null::boolean as ok
      union all
      select i + 1,
        case when admit then array[moved[1] + 1] || moved[2:61] else moved end,
        greatest(at, date_trunc('minute', now, 'UTC')), admit
      from steps, lateral (
        select 'epoch'::timestamptz + make_interval(days => 20000, secs => (${seconds}::int[])[i + 1])
          as now
      ) clock, lateral (select slide_slots(slots, at, now) as moved) m,
      lateral (select sum_slots(moved) < ${limit} as admit) a
      where i < ${seconds.length}
    )
    select ok from steps where ok is not null order by i`;
  return rows.map((row) => Boolean(row.ok));
}

it("no window of an hour, aligned or not, ever holds more than the limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 120 }),
      fc.integer({ min: 1, max: 12 }),
      async (gaps, limit) => {
        let at = 0;
        const seconds = gaps.map((gap) => {
          at += gap;
          return at;
        });
        const admitted = await admitAll(seconds, limit);
        const passed = seconds.filter((_, i) => admitted[i]);
        for (const start of passed) {
          const inWindow = passed.filter((t) => t >= start && t < start + 3_600).length;
          expect(inWindow).toBeLessThanOrEqual(limit);
        }
        // And it is not stricter than a window of one minute more.
        seconds.forEach((t, i) => {
          if (admitted[i]) return;
          const since = Math.floor(t / minuteSeconds) * minuteSeconds - 60 * minuteSeconds;
          const counted = passed.filter((p) => p >= since && p <= t).length;
          expect(counted).toBeGreaterThanOrEqual(limit);
        });
      },
    ),
    { numRuns: 60 },
  );
});

it("says when there is room again, under the present limit", async () => {
  const [row] = await database.sql`
    with at as (select '2026-01-01 12:00Z'::timestamptz as at)
    select slots_free_at(array_fill(0, array[60]) || 1, at, 1) as oldest,
      slots_free_at(1 || array_fill(0, array[60]), at, 1) as newest,
      slots_free_at(array[2] || array_fill(0, array[58]) || array[3, 4], at, 9) as full,
      slots_free_at(array[2] || array_fill(0, array[58]) || array[3, 4], at, 2) as lowered,
      slots_free_at(array[2] || array_fill(0, array[58]) || array[3, 4], at, 100) as room
    from at`;
  expect(row?.oldest.toISOString()).toBe("2026-01-01T12:01:00.000Z");
  expect(row?.newest.toISOString()).toBe("2026-01-01T13:01:00.000Z");
  expect(row?.full.toISOString()).toBe("2026-01-01T12:01:00.000Z");
  expect(row?.lowered.toISOString()).toBe("2026-01-01T13:01:00.000Z");
  expect(row?.room.toISOString()).toBe("2026-01-01T12:01:00.000Z");
});
