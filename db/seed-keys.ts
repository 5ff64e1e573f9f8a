import { sql } from "drizzle-orm";
import type { Db } from "@/db/client";
import { auditLog } from "@/db/schema/audit";
import { apiKeySecrets, apiKeys } from "@/db/schema/keys";
import type { KeyHabit } from "@/db/seed-traffic";
import { newId } from "@/lib/id";
import { mintSecret } from "@/lib/keys/secret";
import { addMs, dayMs, hourMs } from "@/lib/time";

type KeyRow = typeof apiKeys.$inferInsert;

interface DemoKey {
  name: string;
  environment: KeyRow["environment"];
  scopes: string[];
  createdDaysAgo: number;
  expiresInDays?: number;
  revokedDaysAgo?: number;
  habit: Omit<KeyHabit, "keyId" | "secretId" | "isFree" | "from" | "until">;
}

/** A hill over the hours of the day, highest at `peak` and `width` hours wide. */
function hill(hour: number, peak: number, width: number): number {
  const distance = Math.min(Math.abs(hour - peak), 24 - Math.abs(hour - peak));
  return Math.exp(-(distance ** 2) / (2 * width ** 2));
}

const chat = { path: "/v1/chat/completions", weekend: 0.22, streams: 0.5 } as const;

/** Model ids as the catalogue lists them. */
const glm = "glm-4.7";
const deepseek = "deepseek-chat";
const haiku = "claude-haiku-4-5-20251001";

const demoKeys: readonly DemoKey[] = [
  {
    name: "Production",
    environment: "live",
    scopes: ["read", "write"],
    createdDaysAgo: 60,
    habit: {
      ...chat,
      requestsPerDay: 132,
      hours: (hour) => 0.12 + hill(hour, 10, 2.4) + 0.9 * hill(hour, 15, 2.6),
      models: [
        [glm, 56],
        [deepseek, 32],
        [haiku, 9],
        ["gpt-4", 3],
      ],
      inputTokens: 13_000,
      address: "198.51.100.4",
      userAgent: "OpenAI/JS 6.49.0",
    },
  },
  {
    name: "Mobile backend",
    environment: "live",
    scopes: ["read"],
    createdDaysAgo: 58,
    habit: {
      path: "/v1/messages",
      weekend: 0.7,
      streams: 0.85,
      requestsPerDay: 70,
      hours: (hour) => 0.08 + hill(hour, 19, 3) + 0.5 * hill(hour, 8, 1.6),
      models: [
        [haiku, 78],
        [glm, 22],
      ],
      inputTokens: 7_000,
      address: "198.51.100.9",
      userAgent: "Anthropic/Python 0.84.0",
    },
  },
  {
    name: "Nightly batch",
    environment: "live",
    scopes: ["read"],
    createdDaysAgo: 56,
    habit: {
      ...chat,
      weekend: 0.5,
      streams: 0,
      requestsPerDay: 52,
      hours: (hour) => (hour >= 1 && hour <= 4 ? 1 : 0),
      models: [[deepseek, 1]],
      inputTokens: 24_000,
      address: "203.0.113.7",
      userAgent: "python-httpx/0.28.1",
    },
  },
  {
    name: "CI",
    environment: "test",
    scopes: ["read", "write"],
    createdDaysAgo: 51,
    habit: {
      ...chat,
      weekend: 0.05,
      streams: 0.3,
      requestsPerDay: 14,
      hours: (hour) => 0.02 + hill(hour, 13, 3),
      models: [
        [deepseek, 3],
        [glm, 1],
      ],
      inputTokens: 900,
      address: "192.0.2.31",
      userAgent: "OpenAI/Python 2.8.1",
    },
  },
  {
    name: "Old website",
    environment: "live",
    scopes: ["read"],
    createdDaysAgo: 60,
    revokedDaysAgo: 19,
    habit: {
      ...chat,
      weekend: 0.6,
      streams: 0,
      requestsPerDay: 11,
      hours: (hour) => 0.2 + hill(hour, 16, 4),
      models: [["gpt-4", 1]],
      inputTokens: 1_100,
      address: "198.51.100.4",
      userAgent: "axios/1.7.9",
    },
  },
  {
    name: "Grafana",
    environment: "live",
    scopes: ["read"],
    createdDaysAgo: 27,
    expiresInDays: 3,
    habit: {
      path: "/v1/models",
      weekend: 1,
      streams: 0,
      requestsPerDay: 24,
      hours: () => 1,
      models: [],
      inputTokens: 0,
      address: "192.0.2.20",
      userAgent: "Grafana/12.3.0",
    },
  },
];

interface Owner {
  workspaceId: string;
  userId: string;
  now: Date;
}

interface KeyLife {
  createdAt: Date;
  revokedAt: Date | null;
}

function lifeOf(key: DemoKey, now: Date): KeyLife {
  const { createdDaysAgo, revokedDaysAgo } = key;
  return {
    createdAt: addMs(now, -createdDaysAgo * dayMs + hourMs),
    revokedAt: revokedDaysAgo === undefined ? null : addMs(now, -revokedDaysAgo * dayMs),
  };
}

function habitOf(key: DemoKey, now: Date, ids: { keyId: string; secretId: string }): KeyHabit {
  const { createdAt, revokedAt } = lifeOf(key, now);
  const isFree = key.environment === "test";
  return { ...key.habit, ...ids, isFree, from: createdAt, until: revokedAt ?? now };
}

/** How the demo's keys are used, by name instead of by id: what the traffic is invented from. */
export function demoHabits(now: Date): KeyHabit[] {
  return demoKeys.map((key) => habitOf(key, now, { keyId: key.name, secretId: key.name }));
}

async function insertKey(tx: Db, owner: Owner, key: DemoKey): Promise<KeyHabit> {
  const { workspaceId, userId, now } = owner;
  const { createdAt, revokedAt } = lifeOf(key, now);
  // Some hours more, so that it reads "in 3 days" for the demo's whole first evening.
  const expiresAt =
    key.expiresInDays === undefined ? null : addMs(now, key.expiresInDays * dayMs + 10 * hourMs);
  const keyId = newId("apiKey", createdAt.getTime());
  const secretId = newId("secret", createdAt.getTime());
  await tx.insert(apiKeys).values({
    id: keyId,
    workspaceId,
    name: key.name,
    environment: key.environment,
    scopes: key.scopes,
    expiresAt,
    createdBy: userId,
    createdAt,
    ...(revokedAt ? { revokedAt, revokedBy: userId, revokedReason: "request" } : {}),
  });
  // Only the hash is kept: the secret itself is dropped here and nobody ever learns it.
  const { hash, prefix, last4 } = mintSecret(key.environment);
  await tx.insert(apiKeySecrets).values({
    id: secretId,
    keyId,
    workspaceId,
    hash,
    prefix,
    last4,
    state: "active",
    createdAt,
  });
  const act = { workspaceId, actorType: "user", actorId: userId, targetId: keyId } as const;
  await tx.insert(auditLog).values({
    ...act,
    id: newId("audit", createdAt.getTime()),
    at: createdAt,
    action: "api_key.created",
    targetType: "api_key",
    details: { name: key.name, environment: key.environment, scopes: key.scopes },
  });
  if (revokedAt) {
    await tx.insert(auditLog).values({
      ...act,
      id: newId("audit", revokedAt.getTime()),
      at: revokedAt,
      action: "api_key.revoked",
      targetType: "api_key",
      details: { name: key.name },
    });
  }
  return habitOf(key, now, { keyId, secretId });
}

/** Makes the demo's keys and answers how each of them is used. */
export async function insertDemoKeys(tx: Db, owner: Owner): Promise<KeyHabit[]> {
  const habits: KeyHabit[] = [];
  for (const key of demoKeys) habits.push(await insertKey(tx, owner, key));
  return habits;
}

/** Notes on each secret when, from where and by what it was last used. */
export async function noteLastUse(tx: Db, workspaceId: string): Promise<void> {
  await tx.execute(sql`
    update api_key_secrets s
    set last_used_at = l.at, last_used_address = l.address, last_used_agent = l.user_agent
    from (
      select distinct on (secret_id) secret_id, at, address, user_agent
      from request_log where workspace_id = ${workspaceId} order by secret_id, at desc
    ) l
    where s.id = l.secret_id`);
}
