import type postgres from "postgres";
import type { SourcePatch } from "@/chaos/bundles";
import { closeClients } from "@/chaos/client";
import { Cluster } from "@/chaos/cluster";
import { runEpisode } from "@/chaos/episode";
import type { FaultName } from "@/chaos/faults";
import type { Verdict } from "@/chaos/verdict";

/** A bug that is put into a cluster of its own, and the check that has to find it. */
export interface PlantedBug {
  name: string;
  /** The beginning of the name of the check, one of them, that has to break. */
  caughtBy: string[];
  patches?: SourcePatch[];
  /** Changes the cluster's own database. */
  plant?: (sql: postgres.Sql) => Promise<void>;
  faults?: FaultName[];
}

/** Replaces text in a function of the cluster's database; throws where there is nothing to replace. */
async function patchFunction(
  sql: postgres.Sql,
  name: string,
  find: RegExp,
  replace: string,
): Promise<void> {
  const rows = await sql`
    select pg_get_functiondef(oid) as text from pg_proc
    where proname = ${name} and pronamespace = 'public'::regnamespace`;
  const [text] = rows.map((row) => String(row.text));
  const changed = text?.replace(find, replace);
  if (!changed || changed === text) throw new Error(`nothing to patch in ${name}()`);
  await sql.unsafe(changed);
}

export const plantedBugs: PlantedBug[] = [
  {
    name: "limits are read, then raised, without a lock",
    caughtBy: ["sliding window", "quotas are exact"],
    plant: async (sql) => {
      await patchFunction(sql, "acquire", /for (no key )?update/g, "");
    },
  },
  {
    name: "a quota's permit is never counted",
    caughtBy: ["quotas are exact"],
    plant: async (sql) => {
      await sql`
        create function forget_permit() returns trigger language plpgsql as $$
        begin
          if new.kind = 'quota' and new.used > old.used and random() < 0.1 then
            new.used := old.used;
          end if;
          return new;
        end $$`;
      await sql`
        create trigger forget_permit before update on budgets
        for each row execute function forget_permit()`;
    },
  },
  {
    name: "a settlement is repeated",
    caughtBy: ["at most once"],
    plant: async (sql) => {
      await sql`
        create function settle_again() returns trigger language plpgsql as $$
        begin
          if new.cost_nanos > 0 and new.outcome = 'ok' and random() < 0.05 then
            new.at := new.at + interval '1 microsecond';
            insert into request_log select new.*;
          end if;
          return null;
        end $$`;
      await sql`
        create trigger settle_again after insert on request_log for each row
        when (pg_trigger_depth() = 0) execute function settle_again()`;
    },
  },
  {
    name: "money that was held isn't given back",
    caughtBy: ["nothing stays held"],
    plant: async (sql) => {
      await sql`
        create function keep_held() returns trigger language plpgsql as $$
        begin
          if new.kind = 'balance' and new.held < old.held and random() < 0.02 then
            new.held := new.held + 1;
          end if;
          return new;
        end $$`;
      await sql`
        create trigger keep_held before update on budgets
        for each row execute function keep_held()`;
    },
  },
  {
    name: "commits don't wait for the disk",
    caughtBy: ["complete answers are billed", "set of money movements"],
    plant: async (sql) => {
      await sql`alter system set synchronous_commit = off`;
      await sql`alter system set wal_writer_delay = '10s'`;
      await sql`select pg_reload_conf()`;
    },
    faults: ["PostgreSQL killed", "PostgreSQL killed", "PostgreSQL killed"],
  },
  {
    name: "a payment's reference isn't unique",
    caughtBy: ["set of money movements"],
    plant: async (sql) => {
      // Each delivery is taken for a new payment.
      await sql`alter table payment_events drop constraint payment_events_provider_id_pk`;
      await sql`drop index ledger_transactions_reference_key`;
      await sql`create index on ledger_transactions (reference)`;
      await sql`
        create function reopen() returns trigger language plpgsql as $$
        begin
          new.status := 'pending';
          return new;
        end $$`;
      await sql`
        create trigger reopen before update on top_ups for each row execute function reopen()`;
    },
    patches: [
      {
        file: "lib/billing/journal.ts",
        find: ".onConflictDoNothing({ target: ledgerTransactions.reference })",
        replace: "",
      },
    ],
  },
  {
    name: "a revoked key's row isn't read again",
    caughtBy: ["revocation register"],
    patches: [
      {
        file: "lib/gateway/facts.ts",
        find: "revokedAt: row.revoked_at,",
        replace:
          "revokedAt: row.revoked_at && Number(row.now) - Number(row.revoked_at) > 5_000 ? row.revoked_at : null,",
      },
    ],
  },
  {
    name: "a gateway judges by its own clock",
    caughtBy: ["wrong clocks change no verdict"],
    patches: [{ file: "lib/gateway/facts.ts", find: "now: row.now,", replace: "now: new Date()," }],
  },
  {
    name: "an upstream's usage is believed",
    caughtBy: ["bills are what the upstream sent", "complete answers are billed"],
    patches: [
      {
        file: "lib/gateway/upstreams/usage.ts",
        find: "const count = Count.safeParse(told);",
        replace:
          "if (Number(told) > 0) return Math.min(Number(told), bound); const count = Count.safeParse(told);",
      },
    ],
  },
  {
    name: "a failed answer is charged",
    caughtBy: ["prices"],
    patches: [
      {
        file: "lib/gateway/call-end.ts",
        find: /(export function failedEnd[\s\S]*?costNanos: )0n/,
        replace: "$17n",
      },
    ],
  },
  {
    name: "forged events are taken",
    caughtBy: ["set of money movements", "forged and stale events"],
    patches: [
      {
        file: "lib/billing/signature.ts",
        find: "return isGenuine ?",
        replace: "return isGenuine || true ?",
      },
    ],
  },
  {
    name: "an Idempotency-Key is taken by whoever comes",
    caughtBy: ["at most once", "replays"],
    patches: [
      { file: "lib/gateway/idempotency.ts", find: "if (row.is_ours) return;", replace: "return;" },
    ],
  },
  {
    name: "an answer is handed on before it is in the books",
    caughtBy: ["complete answers are billed"],
    patches: [
      {
        file: "lib/gateway/whole-answer.ts",
        find: "const settlement = await settleCall(",
        replace:
          'const settlement = { state: "settled", costNanos: 1n, balanceNanos: 0n } as const; void settleCall(',
      },
    ],
    faults: ["gateway killed", "gateway killed"],
  },
];

export interface PlantedOutcome {
  bug: string;
  /** Names of the checks that broke. */
  broken: string[];
  isCaught: boolean;
}

/** Runs a cluster with the bug; it is caught where one of the named checks breaks. */
export async function runPlanted(bug: PlantedBug, seed: number): Promise<PlantedOutcome> {
  const cluster = await Cluster.start({ clockShiftHours: 1, patches: bug.patches ?? [] });
  try {
    await bug.plant?.(cluster.sql);
    const due = [...(bug.faults ?? [])];
    const { verdicts } = await runEpisode(cluster, {
      ...{ seed, clients: 10, loadMsMin: 10_000, patience: 6, quietMsMax: 15_000 },
      nextFault: () => due.shift() ?? null,
    });
    const broken = verdicts.filter(({ breaches }) => breaches.length > 0);
    return {
      bug: bug.name,
      broken: broken.map(({ check }: Verdict) => check),
      isCaught: broken.some(({ check }) => bug.caughtBy.some((name) => check.startsWith(name))),
    };
  } finally {
    closeClients();
    await cluster.close();
  }
}
