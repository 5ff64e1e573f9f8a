import { createHash } from "node:crypto";
import Fastify from "fastify";
import pg from "pg";
import { askUpstream } from "./proxy.mjs";

// The gateway that a competent team writes in a week: the key's row from PostgreSQL for every request, a
// limit a minute in memory, the upstream through undici, a row of usage after the answer. It keeps no
// balance, sets nothing aside, and a crash loses the rows that were on their way.

const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const app = Fastify({ logger: false, bodyLimit: 10_000_000 });

const requestsPerMinute = 100_000_000;
/** @type {Map<string, { minute: number, count: number }>} */
const windows = new Map();

function isWithinLimit(keyId) {
  const minute = Math.floor(Date.now() / 60_000);
  const window = windows.get(keyId);
  if (window?.minute !== minute) {
    windows.set(keyId, { minute, count: 1 });
    return true;
  }
  window.count++;
  return window.count <= requestsPerMinute;
}

async function findKey(authorization) {
  const secret = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  if (!secret) return null;
  const { rows } = await db.query({
    name: "key",
    text: `select k.id, k.customer_id, c.suspended from keys k join customers c on c.id = k.customer_id
      where k.hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
    values: [createHash("sha256").update(secret).digest()],
  });
  return rows[0] ?? null;
}

let pending = 0;

function recordUsage(request, key, model, usage, ms) {
  pending++;
  db.query({
    name: "usage",
    text: `insert into usage (request_id, key_id, customer_id, model, input_tokens, output_tokens, ms)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      ...[request.id, key.id, key.customer_id, model],
      ...[usage.prompt_tokens, usage.completion_tokens, Math.round(ms)],
    ],
  })
    .catch((error) => console.error(error))
    .finally(() => pending--);
}

const bodySchema = {
  type: "object",
  required: ["model", "messages"],
  properties: {
    model: { type: "string" },
    messages: { type: "array", minItems: 1 },
    stream: { type: "boolean" },
  },
};

app.post("/v1/chat/completions", { schema: { body: bodySchema } }, async (request, reply) => {
  const begunAt = performance.now();
  const key = await findKey(request.headers.authorization);
  if (!key || key.suspended) return reply.code(401).send({ error: { message: "Invalid API key" } });
  if (!isWithinLimit(key.id)) return reply.code(429).send({ error: { message: "Slow down" } });
  const { model, stream } = request.body;
  const answer = await askUpstream(JSON.stringify(request.body));
  reply.code(answer.statusCode).header("content-type", answer.headers["content-type"]);
  if (!stream) {
    const text = await answer.body.text();
    recordUsage(request, key, model, JSON.parse(text).usage, performance.now() - begunAt);
    return reply.send(text);
  }
  let tail = "";
  answer.body.on("data", (data) => {
    tail = `${tail}${data}`.slice(-2_000);
  });
  answer.body.on("end", () => {
    const usage = /"usage":(\{[^{}]*\})/.exec(tail)?.[1];
    if (usage) recordUsage(request, key, model, JSON.parse(usage), performance.now() - begunAt);
  });
  return reply.send(answer.body);
});

app.get("/pending", async () => ({ pending }));

async function prepare() {
  await db.query(`
    create table customers (id text primary key, suspended boolean not null default false);
    create table keys (
      id text primary key, customer_id text not null references customers, hash bytea not null unique,
      revoked_at timestamptz, expires_at timestamptz
    );
    create table usage (
      id bigint generated always as identity primary key, request_id text not null,
      key_id text not null, customer_id text not null, model text not null,
      input_tokens integer not null, output_tokens integer not null, ms integer not null,
      at timestamptz not null default now()
    );
    create index on usage (customer_id, at);`);
  const secrets = JSON.parse(process.env.SECRETS ?? "[]");
  for (const [index, secret] of secrets.entries()) {
    await db.query("insert into customers (id) values ($1)", [`customer_${index}`]);
    await db.query("insert into keys (id, customer_id, hash) values ($1, $2, $3)", [
      ...[`key_${index}`, `customer_${index}`],
      createHash("sha256").update(secret).digest(),
    ]);
  }
}

await prepare();
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
