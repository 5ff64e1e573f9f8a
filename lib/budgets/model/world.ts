import postgres from "postgres";
import { z } from "zod";
import { connect } from "@/db/client";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import type { Limits } from "@/lib/budgets/acquire";
import { DirectDoor } from "@/lib/budgets/model/direct-door";
import type { BudgetDoor, OpenDoor } from "@/lib/budgets/model/door";
import type { Figure } from "@/lib/budgets/model/rules";
import { SimulatedClock } from "@/lib/budgets/model/simulated-clock";
import { newId } from "@/lib/id";

/** A workspace with two keys. */
export interface Place {
  workspaceId: string;
  keyIds: string[];
  secretId: string;
}

/** A row of `budgets` that counts a window. */
export interface WindowRow extends Figure {
  kind: "quota" | "cap" | "balance";
  keyId: string | null;
  interval: "total" | "day" | "week" | "month";
  windowStart: Date;
  limit: bigint;
}

/** What the books say of a workspace. */
export interface Books {
  windows: WindowRow[];
  openRequestIds: string[];
  logged: { requests: number; costNanos: bigint };
}

const BooksRow = z.object({
  windows: z.array(
    z.object({
      kind: z.enum(["quota", "cap", "balance"]),
      keyId: z.string().nullable(),
      interval: z.enum(["total", "day", "week", "month"]),
      windowStart: z.coerce.date(),
      limit: z.coerce.bigint(),
      used: z.coerce.bigint(),
      held: z.coerce.bigint(),
    }),
  ),
  open_request_ids: z.array(z.string()),
  logged: z.coerce.number(),
  cost_nanos: z.coerce.bigint(),
});

/** A database of the test's own whose clock stands still, and doors to it. */
export class World {
  private constructor(
    readonly database: TestDatabase,
    readonly clock: SimulatedClock,
    /** One pool an instance, kept from one run to the next. */
    private readonly pools: postgres.Sql[],
  ) {}

  /** `change` may do something to the database before anybody uses it. */
  static async open(
    instances = 3,
    change?: (sql: postgres.Sql) => Promise<unknown>,
  ): Promise<World> {
    const database = await createTestDatabase();
    const setup = postgres(database.url, { max: 1, onnotice: () => undefined });
    await change?.(setup);
    const clock = await SimulatedClock.install(setup);
    const pools = Array.from({ length: instances }, () => connect(database.url, 4, 10_000, 0));
    return new World(database, clock, [...pools, setup]);
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end({ timeout: 2 })));
    await this.database.drop();
  }

  /**
   * Gives `work` doors of instances that are new and have their lease, and closes them behind it; the
   * first form where none is given.
   */
  async withDoors<T>(
    count: number,
    open: OpenDoor | undefined,
    work: (doors: BudgetDoor[]) => Promise<T>,
  ): Promise<T> {
    const doors = await Promise.all(
      this.pools.slice(0, count).map(async (pool) => {
        const instanceId = newId("instance");
        if (!open) return new DirectDoor(pool, instanceId);
        return await open({ url: this.database.url, instanceId, clock: () => this.clock.now() });
      }),
    );
    try {
      await Promise.all(doors.map((door) => door.takeLease()));
      return await work(doors);
    } finally {
      await Promise.all(doors.map((door) => door.close()));
    }
  }

  async createPlace(creditedNanos: bigint): Promise<Place> {
    const { sql } = this.database;
    const userId = newId("user");
    const workspaceId = newId("workspace");
    const keyIds = [newId("apiKey"), newId("apiKey")];
    await sql`
      with owner as (
        insert into users (id, name, email) values (${userId}, 'T', ${`${userId}@t.example`})
      ), place as (
        insert into workspaces (id, name, plan_id) values (${workspaceId}, 'T', 'enterprise')
      ), keys as (
        insert into api_keys (id, workspace_id, name, environment, scopes, created_by)
        select id, ${workspaceId}, 'T', 'live', '{read}', ${userId} from unnest(${keyIds}::text[]) id
      )
      insert into budgets (id, workspace_id, kind, unit, interval, "limit") values
        (${newId("budget")}, ${workspaceId}, 'balance', 'nanos', 'total', ${String(creditedNanos)}),
        (${newId("budget")}, ${workspaceId}, 'rate', 'requests', 'hour', 0)`;
    return { workspaceId, keyIds, secretId: newId("secret") };
  }

  /** Writes limits where plans and keys keep them. */
  async writeLimits(place: Place, limits: Map<string, Limits>): Promise<void> {
    const { sql } = this.database;
    for (const [keyId, { rate, keyRate, streams, quotas, caps }] of limits) {
      await sql`
        with of_workspace as (
          update workspaces set requests_per_hour = ${rate}, concurrent_streams = ${streams},
            requests_per_day = ${quotas.day}, requests_per_month = ${quotas.month},
            requests_total = ${quotas.total}
          where id = ${place.workspaceId}
        )
        update api_keys set requests_per_hour = ${keyRate}, cap_day_nanos = ${text(caps.day)},
          cap_week_nanos = ${text(caps.week)}, cap_month_nanos = ${text(caps.month)},
          cap_total_nanos = ${text(caps.total)}
        where id = ${keyId}`;
    }
  }

  /** Puts money on the balance, as a top-up's posting does. */
  async credit(place: Place, amountNanos: bigint): Promise<void> {
    await this.database.sql`
      update budgets set "limit" = "limit" + ${String(amountNanos)}
      where workspace_id = ${place.workspaceId} and kind = 'balance'`;
  }

  async readBooks({ workspaceId }: Place): Promise<Books> {
    const rows = await this.database.sql`
      select
        (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'keyId', key_id,
            'interval', interval, 'windowStart', window_start, 'limit', "limit"::text,
            'used', used::text, 'held', held::text)), '[]')
          from budgets where workspace_id = ${workspaceId} and kind <> 'rate') as windows,
        array(select request_id from holds where workspace_id = ${workspaceId}) as open_request_ids,
        (select count(*) from request_log where workspace_id = ${workspaceId}) as logged,
        (select coalesce(sum(cost_nanos), 0) from request_log
          where workspace_id = ${workspaceId}) as cost_nanos`;
    const row = BooksRow.parse(rows[0]);
    return {
      windows: row.windows,
      openRequestIds: row.open_request_ids,
      logged: { requests: row.logged, costNanos: row.cost_nanos },
    };
  }
}

const text = (nanos: bigint | null) => nanos?.toString() ?? null;
