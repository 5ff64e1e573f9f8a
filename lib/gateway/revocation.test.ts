import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor({ gateways: 2 });
});
afterAll(() => door.close());

const keys = 50;
const callsEach = 5;

/** The verbs that close a key, as their transactions leave it. */
const closings: [string, (id: string, workspaceId: string) => PromiseLike<unknown>][] = [
  ["revoke", (id) => door.sql`update api_keys set revoked_at = now() where id = ${id}`],
  ["disable", (id) => door.sql`update api_keys set disabled_at = now() where id = ${id}`],
  ["expire", (id) => door.sql`update api_keys set expires_at = now() where id = ${id}`],
  [
    "retire its secret",
    (id) => door.sql`
      update api_key_secrets set state = 'retired', retires_at = now() where key_id = ${id}`,
  ],
  [
    "suspend",
    (_id, workspaceId) =>
      door.sql`update workspaces set suspended_at = now() where id = ${workspaceId}`,
  ],
  [
    "delete the account",
    (_id, workspaceId) =>
      door.sql`update workspaces set deleted_at = now() where id = ${workspaceId}`,
  ],
];

describe("closing a key", () => {
  it("P1 B40 once it is acknowledged no request that starts later passes, over two gateways", async () => {
    const late: { status: number; by: string }[] = [];
    let early = 0;
    const race = async (index: number) => {
      const closing = closings[index % closings.length];
      if (!closing) throw new Error("no such closing");
      const [by, close] = closing;
      const tenant = await createTenant(door.sql);
      const key = await createTestKey(door.sql, tenant);
      let closedAtMs = Number.POSITIVE_INFINITY;
      const call = async (i: number) => {
        const startedAtMs = performance.now();
        const response = await fetch(`${door.origins[i % 2]}/v1/models`, {
          headers: { authorization: `Bearer ${key.secret}` },
        });
        await response.arrayBuffer();
        if (startedAtMs > closedAtMs) late.push({ status: response.status, by });
        else if (response.status === 200) early++;
      };
      // Two callers, one on each gateway, and the closing somewhere between their calls.
      const callers = [0, 1].map(async (offset) => {
        for (let i = 0; i < callsEach; i++) await call(i + offset);
      });
      await call(index);
      await close(key.id, tenant.workspaceId);
      closedAtMs = performance.now();
      await call(index);
      await call(index + 1);
      await Promise.all(callers);
    };
    // Eight at a time: enough to race, and quick enough to see the answers within the test's time.
    let next = 0;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let i = next++; i < keys; i = next++) await race(i);
      }),
    );
    const passed = late.filter(({ status }) => status === 200);
    expect(passed).toEqual([]);
    expect(late.length).toBeGreaterThan(keys * 2);
    expect(early).toBeGreaterThanOrEqual(keys);
  }, 60_000);
});
