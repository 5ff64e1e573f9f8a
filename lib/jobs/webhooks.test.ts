import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { startWorker } from "@/lib/jobs/worker";
import { openWorkspace } from "@/lib/keys/testing/workspace";
import type { Scope } from "@/lib/scope";
import { sendTestEvent } from "@/lib/webhooks/delivery-mutations";
import { getDelivery } from "@/lib/webhooks/queries";
import { requestDueDeliveries } from "@/lib/webhooks/request-attempts";
import {
  authSecret,
  emit,
  makeEndpoint,
  openSettings,
  origin,
} from "@/lib/webhooks/testing/endpoint";
import { answers, type Receiver, startReceiver } from "@/lib/webhooks/testing/receiver";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= authSecret;

let database: TestDatabase;
let scope: Scope;
let receiver: Receiver;
const workers: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scope = await openWorkspace(database.db);
  receiver = await startReceiver();
});
afterEach(async () => {
  // First, so that attempts that hang end.
  await receiver.close();
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  // What one test leaves is no other's to deliver.
  await database.sql`
    update webhook_deliveries set state = 'failed', next_attempt_at = null where state = 'pending'`;
});

function start(webhookStalledSeconds = 60): void {
  const options = { webhooks: openSettings, webhookStalledSeconds };
  workers.push(startWorker(database.url, null, null, options));
}

async function states(): Promise<Record<string, number>> {
  const rows = await database.sql`
    select state, count(*)::int as n from webhook_deliveries
    where workspace_id = ${scope.workspaceId} group by state`;
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** The worker as a process of its own, as `npm start` runs it. */
async function spawnWorker() {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=react-server", "lib/jobs/main.ts"],
    {
      env: {
        ...{ PATH: process.env.PATH, NODE_ENV: "production", LOG_LEVEL: "info" },
        ...{ DATABASE_URL: database.url, AUTH_SECRET: authSecret, WEBHOOK_PRIVATE_ADDRESSES: "1" },
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  child.stdout.resume();
  const exited = once(child, "exit");
  const worker = {
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
  workers.push(worker);
  return worker;
}

test("of 1,000 deliveries none is lost when the worker is killed among them", async () => {
  receiver.behave((response) => setTimeout(() => response.writeHead(204).end(), 20));
  for (let i = 0; i < 5; i++) {
    await makeEndpoint(database.db, scope, { url: `${receiver.url}/${i}` });
  }
  expect(await emit(database.db, scope, 200)).toBe(1_000);
  const first = await spawnWorker();
  await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(150), {
    ...{ timeout: 60_000, interval: 5 },
  });
  await first.stop();
  const [open] = await database.sql`
    select count(*) filter (where claimed_at is not null)::int as claimed from webhook_deliveries
    where workspace_id = ${scope.workspaceId} and state = 'pending'`;
  expect(open?.claimed).toBeGreaterThan(0);
  start(1);
  await vi.waitFor(async () => expect(await states()).toEqual({ delivered: 1_000 }), {
    ...{ timeout: 120_000, interval: 200 },
  });
  const seen = new Set(
    receiver.received.map(({ path, headers }) => `${path} ${headers["webhook-id"]}`),
  );
  expect(seen.size).toBe(1_000);
  // Only what was under way when it died came twice.
  expect(receiver.received.length).toBeLessThanOrEqual(1_000 + open?.claimed);
}, 200_000);

test("receivers that don't answer hold up neither others nor anything else", async () => {
  const hanging = await startReceiver(() => undefined);
  try {
    for (let i = 0; i < 3; i++) {
      await makeEndpoint(database.db, scope, { url: `${hanging.url}/${i}` });
    }
    await emit(database.db, scope, 20);
    start();
    await vi.waitFor(() => expect(hanging.received.length).toBe(12), { timeout: 15_000 });
    const quick = await makeEndpoint(database.db, scope, { url: receiver.url });
    await sendTestEvent(database.db, scope, quick, origin);
    await database.sql`
      select graphile_worker.add_job('forget_old_rows', job_key := 'forget_old_rows')`;
    await vi.waitFor(() => expect(receiver.received.length).toBe(1), { timeout: 5_000 });
    await vi.waitFor(
      async () => {
        const jobs = await database.sql`
          select 1 from graphile_worker.jobs where key = 'forget_old_rows'`;
        expect(jobs).toHaveLength(0);
      },
      { timeout: 5_000 },
    );
    expect(hanging.received.length).toBe(12);
  } finally {
    await hanging.close();
  }
}, 40_000);

test("what fails is tried again by itself", async () => {
  receiver.behave((response) => response.writeHead(receiver.received.length < 2 ? 503 : 200).end());
  const endpoint = await makeEndpoint(database.db, scope, { url: receiver.url });
  start();
  const { deliveryId: id } = await sendTestEvent(database.db, scope, endpoint, origin);
  const read = () => getDelivery(database.db, scope, { endpointId: endpoint.id, id });
  await vi.waitFor(async () => expect((await read())?.state).toBe("delivered"), {
    timeout: 20_000,
  });
  const [second, first] = (await read())?.tries ?? [];
  const waited = (second?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0);
  expect(waited).toBeGreaterThanOrEqual(5_000);
  expect(waited).toBeLessThan(10_000);
}, 40_000);

test("what was written before the worker had its tables, or whose job is lost, is found", async () => {
  const endpoint = await makeEndpoint(database.db, scope, { url: receiver.url });
  const { deliveryId } = await sendTestEvent(database.db, scope, endpoint, origin);
  await database.sql`select graphile_worker.remove_job(${`deliver_webhook:${deliveryId}`})`;
  expect(await requestDueDeliveries(database.db, 60)).toBe(0);
  await database.sql`
    update webhook_deliveries set next_attempt_at = now() - interval '1 minute'
    where id = ${deliveryId}`;
  expect(await requestDueDeliveries(database.db, 60)).toBe(1);
  expect(await requestDueDeliveries(database.db, 60)).toBe(0);
  start();
  await vi.waitFor(() => expect(receiver.received.length).toBe(1), { timeout: 10_000 });
});

test("the worker tells the owner when an endpoint says that it is gone", async () => {
  receiver.behave(answers(410));
  const endpoint = await makeEndpoint(database.db, scope, { url: receiver.url });
  start();
  await sendTestEvent(database.db, scope, endpoint, origin);
  const told = () => database.sql`
    select subject from mails where workspace_id = ${scope.workspaceId}`;
  await vi.waitFor(
    async () => expect(await told()).toEqual([{ subject: "Your webhook endpoint is disabled" }]),
    { timeout: 10_000 },
  );
});
