import { expect } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
  type TestKey,
} from "@/lib/gateway/testing/gateway";
import { type Sent, send } from "@/lib/gateway/testing/send";

/** The API of keys, as the admin key of a workspace reaches it. */
export class KeysApi {
  private constructor(
    readonly door: TestDoor,
    readonly tenant: Tenant,
    readonly admin: TestKey,
  ) {}

  static async open(): Promise<KeysApi> {
    const door = await openTestDoor();
    const tenant = await createTenant(door.sql, { planId: "enterprise" });
    return new KeysApi(door, tenant, await createTestKey(door.sql, tenant, { scopes: ["admin"] }));
  }

  /** `path` is what follows `/v1`. */
  send(path: string, sent: Sent = {}) {
    const secret = sent.secret ?? this.admin.secret;
    return send(`${this.door.origin}/v1${path}`, { ...sent, secret });
  }

  /** Has a key made, and answers it with its secret. */
  async create(body: Record<string, unknown> = {}, secret?: string) {
    const made = await this.send("/keys", {
      body: { name: "Child", scopes: ["read"], ...body },
      secret,
    });
    expect(made.status, made.text).toBe(201);
    return made.body;
  }

  async statusOf(secret: string): Promise<number> {
    return (await this.send("/models", { secret })).status;
  }
}
