import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { acquire, type CapInterval, type Limits } from "@/lib/budgets/acquire";
import { readLimitState } from "@/lib/budgets/state";
import { newId } from "@/lib/id";
import { dayMs, hourMs, minuteMs, startOfDay, startOfMonth } from "@/lib/time";

let database: TestDatabase;
const instanceId = newId("instance");

beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql`
    insert into instances (id, kind, host, pid, lease_until)
    values (${instanceId}, 'gateway', 'h', 1, now() + interval '1 hour')`;
});
afterAll(() => database.drop());

const unlimited: Limits = {
  rate: null,
  keyRate: null,
  streams: 20,
  quotas: { day: null, month: null, total: null },
  caps: { day: null, week: null, month: null, total: null },
};

interface Place {
  workspaceId: string;
  keyId: string;
  secretId: string;
}

async function createPlace(balanceNanos: bigint): Promise<Place> {
  const { sql } = database;
  const userId = newId("user");
  const place = {
    workspaceId: newId("workspace"),
    keyId: newId("apiKey"),
    secretId: newId("secret"),
  };
  const { workspaceId, keyId } = place;
  await sql`insert into users (id, name, email) values (${userId}, 'T', ${`${userId}@t.example`})`;
  await sql`insert into workspaces (id, name, plan_id) values (${workspaceId}, 'T', 'enterprise')`;
  await sql`
    insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
    values (${keyId}, ${workspaceId}, 'T', 'live', '{read}', ${userId})`;
  await sql`
    insert into budgets (id, workspace_id, kind, unit, interval, "limit") values
      (${newId("budget")}, ${workspaceId}, 'balance', 'nanos', 'total', ${balanceNanos.toString()}),
      (${newId("budget")}, ${workspaceId}, 'rate', 'requests', 'hour', 0)`;
  return place;
}

interface Ask {
  now: Date;
  limits: Partial<Limits>;
  amountNanos?: bigint;
  stream?: boolean;
  isAdmitted?: boolean;
}

async function ask(place: Place, { now, limits, amountNanos, stream, isAdmitted }: Ask) {
  const requestId = newId("request");
  const admission = await acquire(database.sql, {
    instanceId,
    workspaceId: place.workspaceId,
    keyId: place.keyId,
    limits: { ...unlimited, ...limits },
    isAdmitted: isAdmitted ?? true,
    now,
    hold:
      amountNanos === undefined
        ? null
        : {
            requestId,
            secretId: place.secretId,
            model: "gpt-4",
            method: "POST",
            path: "/v1/chat/completions",
            stream: stream ?? false,
            address: "",
            userAgent: "",
            inputNanosPerMtok: 1n,
            outputNanosPerMtok: 1n,
            amountNanos,
          },
  });
  return { requestId, admission };
}

async function settle(place: Place, requestId: string, costNanos: bigint) {
  const record = {
    id: requestId,
    held: true,
    workspace_id: place.workspaceId,
    key_id: place.keyId,
    secret_id: null,
    method: "POST",
    path: "/v1/chat/completions",
    model: "gpt-4",
    stream: false,
    status: 200,
    outcome: "ok",
    input_tokens: 1,
    output_tokens: 1,
    cost_nanos: costNanos.toString(),
    latency_ms: 1,
    address: "",
    user_agent: "",
    late: false,
    estimated: false,
  };
  const [row] = await database.sql`
    select * from settle(${instanceId}, ${JSON.stringify([record])}::text::jsonb)`;
  expect(row?.state).toBe("settled");
}

const quotas = (some: Partial<Limits["quotas"]>) => ({ ...unlimited.quotas, ...some });
const caps = (some: Partial<Limits["caps"]>) => ({ ...unlimited.caps, ...some });

describe("a window", () => {
  it.each([
    ["day", "2028-02-28T23:59:59.999Z", "2028-02-28T00:00:00.000Z", "2028-02-29T00:00:00.000Z"],
    ["day", "2028-02-29T00:00:00.000Z", "2028-02-29T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["week", "2027-01-03T23:59:59.999Z", "2026-12-28T00:00:00.000Z", "2027-01-04T00:00:00.000Z"],
    ["week", "2027-01-04T00:00:00.000Z", "2027-01-04T00:00:00.000Z", "2027-01-11T00:00:00.000Z"],
    ["month", "2028-02-29T23:59:59.999Z", "2028-02-01T00:00:00.000Z", "2028-03-01T00:00:00.000Z"],
    ["month", "2027-02-28T23:59:59.999Z", "2027-02-01T00:00:00.000Z", "2027-03-01T00:00:00.000Z"],
    ["month", "2027-01-31T12:00:00.000Z", "2027-01-01T00:00:00.000Z", "2027-02-01T00:00:00.000Z"],
    ["month", "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["total", "2026-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", null],
  ])("P13 of a %s at %s", async (interval, at, start, end) => {
    const [row] = await database.sql`
      select window_start(${interval}, ${at}::timestamptz) as start,
        window_end(${interval}, ${at}::timestamptz) as end`;
    expect(row?.start.toISOString()).toBe(start);
    expect(row?.end?.toISOString() ?? null).toBe(end);
  });
});

describe("quotas", () => {
  it.each([
    ["day", "2028-02-28T23:59:59.999Z", "2028-02-29T00:00:00.000Z"],
    ["day", "2028-02-29T23:59:59.999Z", "2028-03-01T00:00:00.000Z"],
    ["month", "2028-02-29T23:59:59.999Z", "2028-03-01T00:00:00.000Z"],
    ["month", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z"],
  ] as const)(
    "P13 of a %s are exact to the last millisecond before %s and the first after",
    async (interval, last, first) => {
      const place = await createPlace(1n);
      const limits = { quotas: quotas({ [interval]: 2 }) };
      const verdictAt = async (now: string) =>
        (await ask(place, { now: new Date(now), limits })).admission.verdict;
      expect([await verdictAt(last), await verdictAt(last), await verdictAt(last)]).toEqual([
        "ok",
        "ok",
        "quota",
      ]);
      expect([await verdictAt(first), await verdictAt(first), await verdictAt(first)]).toEqual([
        "ok",
        "ok",
        "quota",
      ]);
    },
  );

  it("count what is admitted, and nothing that is refused", async () => {
    const place = await createPlace(5n);
    const now = new Date("2027-05-05T12:00:00Z");
    const limits = { quotas: quotas({ day: 1 }) };
    await ask(place, { now, limits, isAdmitted: false });
    expect((await ask(place, { now, limits, amountNanos: 6n })).admission.verdict).toBe("balance");
    expect((await ask(place, { now, limits, amountNanos: 5n })).admission.verdict).toBe("ok");
    expect((await ask(place, { now, limits })).admission).toMatchObject({
      verdict: "quota",
      blocked: { interval: "day", limit: 1n, used: 1n, resetsAt: new Date("2027-05-06T00:00:00Z") },
    });
  });
});

describe("caps", () => {
  it("are charged in the window that admitted, even when it has turned meanwhile", async () => {
    const place = await createPlace(1_000n);
    const limits = { caps: caps({ day: 100n }) };
    const before = new Date("2027-03-31T23:59:59.999Z");
    const after = new Date("2027-04-01T00:00:00.000Z");
    const { requestId } = await ask(place, { now: before, limits, amountNanos: 80n });
    expect((await ask(place, { now: before, limits, amountNanos: 21n })).admission).toMatchObject({
      verdict: "cap",
      blocked: { interval: "day", limit: 100n, used: 0n, held: 80n, resetsAt: after },
    });
    expect((await ask(place, { now: after, limits, amountNanos: 100n })).admission.verdict).toBe(
      "ok",
    );
    await settle(place, requestId, 60n);
    const rows = await database.sql`
      select window_start, used::int, held::int from budgets
      where key_id = ${place.keyId} and kind = 'cap' order by window_start`;
    expect(rows).toEqual([
      { window_start: new Date("2027-03-31T00:00:00Z"), used: 60, held: 0 },
      { window_start: new Date("2027-04-01T00:00:00Z"), used: 0, held: 100 },
    ]);
  });

  it("give back what recovery ends", async () => {
    const place = await createPlace(1_000n);
    const now = new Date("2027-03-31T12:00:00Z");
    const limits = { caps: caps({ week: 100n, total: 100n }) };
    const { requestId } = await ask(place, { now, limits, amountNanos: 80n });
    await database.sql`select end_holds(${[requestId]})`;
    const rows = await database.sql`
      select used::int, held::int from budgets where key_id = ${place.keyId} and kind = 'cap'`;
    expect(rows).toEqual([
      { used: 0, held: 0 },
      { used: 0, held: 0 },
    ]);
  });
});

describe("a request without a live lease", () => {
  it("is not admitted", async () => {
    const place = await createPlace(1n);
    const admission = await acquire(database.sql, {
      instanceId: newId("instance"),
      workspaceId: place.workspaceId,
      keyId: place.keyId,
      limits: unlimited,
      isAdmitted: true,
      hold: null,
    });
    expect(admission).toEqual({ verdict: "no_lease" });
  });
});

/** The rules in plain words, against which the SQL is held. */
class Model {
  private admitted: { at: number }[] = [];
  private counted: number[] = [];
  private spent: { at: number; held: bigint; used: bigint; id: number }[] = [];
  open: { id: number; stream: boolean }[] = [];
  private nextId = 0;

  constructor(
    private readonly balance: bigint,
    private readonly limits: Limits,
  ) {}

  private windowStart(interval: string, now: number): number {
    const date = new Date(now);
    if (interval === "day") return startOfDay(date).getTime();
    if (interval === "month") return startOfMonth(date).getTime();
    if (interval === "week") {
      return startOfDay(date).getTime() - ((date.getUTCDay() + 6) % 7) * dayMs;
    }
    return Number.NEGATIVE_INFINITY;
  }

  private sum(since: number): bigint {
    return this.spent.reduce((all, s) => (s.at >= since ? all + s.held + s.used : all), 0n);
  }

  ask(now: number, amount: bigint, stream: boolean): string {
    const { limits } = this;
    const minute = Math.floor(now / minuteMs);
    const inHour = this.counted.filter((at) => Math.floor(at / minuteMs) > minute - 61).length;
    if (limits.rate !== null && inHour >= limits.rate) return "rate";
    if (limits.keyRate !== null && inHour >= limits.keyRate) return "key_rate";
    this.counted.push(now);
    if (stream && this.open.filter((o) => o.stream).length >= limits.streams) return "concurrency";
    for (const interval of ["total", "month", "day"] as const) {
      const limit = limits.quotas[interval];
      const since = this.windowStart(interval, now);
      const used = this.admitted.filter(({ at }) => at >= since).length;
      if (limit !== null && used >= limit) return `quota ${interval}`;
    }
    for (const interval of ["total", "month", "week", "day"] as const) {
      const limit = limits.caps[interval];
      const used = this.sum(this.windowStart(interval, now));
      if (limit !== null && amount > 0n && used + amount > limit) return `cap ${interval}`;
    }
    if (amount > 0n && this.sum(Number.NEGATIVE_INFINITY) + amount > this.balance) return "balance";
    this.admitted.push({ at: now });
    const id = this.nextId++;
    this.spent.push({ at: now, held: amount, used: 0n, id });
    this.open.push({ id, stream });
    return "ok";
  }

  settle(id: number, cost: bigint): bigint {
    const row = this.spent.find((s) => s.id === id);
    if (!row) throw new Error("nothing to settle");
    row.used = cost < row.held ? cost : row.held;
    row.held = 0n;
    this.open = this.open.filter((o) => o.id !== id);
    return row.used;
  }
}

const limit = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: null });
const capLimit = fc.option(fc.bigInt({ min: 0n, max: 300n }), { nil: null });
const anyLimits: fc.Arbitrary<Limits> = fc.record({
  rate: limit(25),
  keyRate: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
  streams: fc.integer({ min: 0, max: 4 }),
  quotas: fc.record({ day: limit(12), month: limit(25), total: limit(40) }),
  caps: fc.record({ day: capLimit, week: capLimit, month: capLimit, total: capLimit }),
});
const anyStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("ask" as const),
      amount: fc.bigInt(0n, 60n),
      stream: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      which: fc.nat(),
      cost: fc.bigInt(0n, 70n),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 30_000, 5 * minuteMs, hourMs, 7 * hourMs, dayMs),
    }),
  },
);

describe("acquire and settle", () => {
  it("decide as the plain rules do, whatever the order of requests, ends and midnights", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLimits,
        fc.constantFrom("2028-02-28T23:58:00Z", "2026-12-31T22:30:00Z", "2027-01-03T23:00:00Z"),
        fc.array(anyStep, { minLength: 5, maxLength: 40 }),
        async (limits, start, steps) => {
          const place = await createPlace(500n);
          const model = new Model(500n, limits);
          const requestIds: string[] = [];
          let now = new Date(start).getTime();
          for (const step of steps) {
            if (step.do === "wait") now += step.ms;
            else if (step.do === "settle") {
              const open = model.open[step.which % Math.max(1, model.open.length)];
              const requestId = open && requestIds[open.id];
              if (!open || !requestId) continue;
              model.settle(open.id, step.cost);
              await settle(place, requestId, step.cost);
            } else {
              const { amount, stream } = step;
              const due = model.ask(now, amount, stream);
              const { admission, requestId } = await ask(place, {
                now: new Date(now),
                limits,
                amountNanos: amount,
                stream,
              });
              const found =
                "blocked" in admission
                  ? `${admission.verdict} ${admission.blocked.interval}`
                  : admission.verdict;
              expect(found).toBe(due);
              if (due === "ok") requestIds.push(requestId);
            }
          }
          const rows = await database.sql`
            select kind, interval from budgets b where workspace_id = ${place.workspaceId}
              and kind in ('cap', 'balance') and used + held > "limit"`;
          expect(rows).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keep every limit exactly when many ask at once", async () => {
    const place = await createPlace(1_000_000n);
    const now = new Date("2027-06-30T23:59:59Z");
    const limits = {
      rate: 90,
      keyRate: 80,
      quotas: quotas({ day: 60, month: 50 }),
      caps: caps({ day: 400n, total: 500n }),
    };
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => ask(place, { now, limits, amountNanos: 10n })),
    );
    const count = (verdict: string) =>
      answers.filter(({ admission }) => admission.verdict === verdict).length;
    expect([count("ok"), count("cap"), count("key_rate")]).toEqual([40, 40, 40]);
  });
});

describe("the state of the limits", () => {
  it("is what admission compares, for the workspace and one of its keys", async () => {
    const place = await createPlace(1_000n);
    const { sql } = database;
    await sql`
      update workspaces set requests_per_hour = 100, requests_per_day = 50, requests_total = 70
      where id = ${place.workspaceId}`;
    await sql`
      update api_keys set requests_per_hour = 30, cap_day_nanos = 200, cap_total_nanos = 900
      where id = ${place.keyId}`;
    const limits: Partial<Limits> = {
      rate: 100,
      keyRate: 30,
      quotas: quotas({ day: 50, total: 70 }),
      caps: caps({ day: 200n, total: 900n }),
    };
    const [clock] = await sql`select clock_timestamp() as now`;
    const now: Date = clock?.now;
    const first = await ask(place, { now, limits, amountNanos: 40n });
    await ask(place, { now, limits, amountNanos: 30n, stream: true });
    await ask(place, { now, limits, isAdmitted: false });
    await settle(place, first.requestId, 25n);

    const state = await readLimitState(database.db, place);
    const midnight = new Date(startOfDay(now).getTime() + dayMs);
    expect(state).toMatchObject({
      hour: { limit: 100, used: 3 },
      day: { limit: 50, used: 2, resetsAt: midnight },
      month: null,
      total: { limit: 70, used: 2, resetsAt: null },
      streams: { limit: 20, open: 1 },
      key: {
        hour: { limit: 30, used: 3 },
        caps: {
          day: { limitNanos: 200n, usedNanos: 25n, heldNanos: 30n, resetsAt: midnight },
          week: null,
          month: null,
          total: { limitNanos: 900n, usedNanos: 25n, heldNanos: 30n, resetsAt: null },
        },
      },
    });
    const resetsInMs = (state?.hour?.resetsAt?.getTime() ?? 0) - now.getTime();
    expect(resetsInMs).toBeGreaterThan(hourMs);
    expect(resetsInMs).toBeLessThanOrEqual(61 * minuteMs + 1_000);
  });

  it("has no key that belongs to another, and no workspace that doesn't exist", async () => {
    const [mine, theirs] = [await createPlace(1n), await createPlace(1n)];
    const state = await readLimitState(database.db, {
      workspaceId: mine.workspaceId,
      keyId: theirs.keyId,
    });
    expect(state).toMatchObject({ hour: null, day: null, key: null });
    expect(await readLimitState(database.db, { workspaceId: newId("workspace") })).toBeNull();
  });

  it.each(["day", "week", "month", "total"] satisfies CapInterval[])(
    "shows a cap of a %s that nothing was spent in",
    async (interval) => {
      const place = await createPlace(1n);
      await database.sql`
      update api_keys set ${database.sql({ [`cap_${interval}_nanos`]: "7" })}
      where id = ${place.keyId}`;
      const state = await readLimitState(database.db, place);
      expect(state?.key?.caps[interval]).toMatchObject({ limitNanos: 7n, usedNanos: 0n });
    },
  );
});
