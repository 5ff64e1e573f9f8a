import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { credentialKeyOf } from "@/lib/sealed";
import { checkConnection } from "@/lib/upstreams/check";
import { addUpstream, removeUpstream, updateUpstream } from "@/lib/upstreams/mutations";
import {
  findUpstream,
  isFailedAttempt,
  listAskedUpstreams,
  listUpstreams,
} from "@/lib/upstreams/queries";
import { AddUpstream, UpdateUpstream } from "@/lib/upstreams/schema";

const key = credentialKeyOf("a secret for tests that is long enough");
const credential = "sk-CANARY-0123456789-wxyz";
let database: TestDatabase;
let server: Server;
let origin: string;
/** What the provider answers next, and what it was shown. */
let status = 200;
let shown: { path: string | undefined; authorization: string | undefined };

beforeAll(async () => {
  database = await createTestDatabase();
  server = createServer((req, res) => {
    shown = { path: req.url, authorization: req.headers.authorization };
    res.writeHead(status, { location: "http://127.0.0.1:1/" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  origin = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await database.drop();
});

let count = 0;
async function add(more: object = {}): Promise<string> {
  const input = AddUpstream.parse({
    ...{ id: `vendor-${++count}`, name: "Vendor", kind: "openai", baseUrl: `${origin}/v1` },
    ...{ allowPrivate: true, credential, ...more },
  });
  await database.db.transaction((tx) => addUpstream(tx, key, input));
  return input.id;
}
const update = (id: string, more: object) =>
  database.db.transaction((tx) =>
    updateUpstream(
      tx,
      key,
      UpdateUpstream.parse({
        ...{ id, name: "Vendor", baseUrl: `${origin}/v1`, allowPrivate: true, credential: "" },
        ...more,
      }),
    ),
  );

test("a credential is kept encrypted and shown by its end alone", async () => {
  const id = await add();
  const entry = await findUpstream(database.db, key, id);
  expect(entry?.credential).toEqual({ state: "set", end: "wxyz" });
  const short = await add({ credential: "sk-short" });
  expect((await findUpstream(database.db, key, short))?.credential).toEqual({
    ...{ state: "set", end: "" },
  });
  const all = JSON.stringify(await listUpstreams(database.db, key));
  expect(all).not.toContain(credential);
  expect(all).not.toContain("sk-short");
  const [dump] = await database.sql`select string_agg(u::text, '') as text from upstreams u`;
  expect(String(dump?.text)).not.toContain(Buffer.from(credential).toString("hex"));
  const other = credentialKeyOf("another secret that is long enough too");
  expect((await findUpstream(database.db, other, id))?.credential.state).toBe("unreadable");
});

test("a credential goes to no other host than the one it was entered for", async () => {
  const id = await add();
  const elsewhere = { baseUrl: "https://elsewhere.example/v1" };
  await expect(update(id, elsewhere)).rejects.toMatchObject({
    fields: { credential: expect.any(String) },
  });
  expect(await update(id, { ...elsewhere, credential: "sk-of-elsewhere-0123" })).toEqual({
    ...{ fields: ["address"], isCredentialChanged: true },
  });
  expect(await update(id, { baseUrl: "https://elsewhere.example/v2" })).toEqual({
    ...{ fields: ["address"], isCredentialChanged: false },
  });
  expect(await update(id, { baseUrl: "https://elsewhere.example/v2" })).toMatchObject({
    fields: [],
  });
});

test("the built-in one and those of the configuration file can't be changed, nor those in use removed", async () => {
  const remove = (id: string) => database.db.transaction((tx) => removeUpstream(tx, id));
  const refused = { code: "CONFLICT" };
  await expect(update("simulated", {})).rejects.toMatchObject(refused);
  const configured = await add();
  await database.sql`update upstreams set is_configured = true where id = ${configured}`;
  await expect(update(configured, { name: "Other" })).rejects.toMatchObject(refused);
  await expect(remove(configured)).rejects.toMatchObject(refused);
  const used = await add();
  await database.sql`
    insert into model_fallbacks (model_id, position, upstream_id, upstream_model)
    values ('gpt-4', 1, ${used}, 'gpt-4')`;
  await expect(remove(used)).rejects.toMatchObject({
    message: "gpt-4 would lose who answers. Change them first.",
  });
  const free = await add();
  await remove(free);
  expect(await findUpstream(database.db, key, free)).toBeNull();
});

test.each([
  [200, true, "takes the credential"],
  [401, false, "refuses the credential"],
  [302, false, "redirect"],
  [404, false, "404"],
  [500, false, "status 500"],
])("a connection that answers %i is told as it is", async (answer, isFine, words) => {
  const id = await add();
  status = answer;
  const checked = await checkConnection(database.db, key, id);
  expect(checked).toMatchObject({ isFine, status: answer });
  expect(checked.sentence).toContain(words);
  expect(shown).toEqual({ path: "/v1/models", authorization: `Bearer ${credential}` });
});

test("an hour's attempts count at the upstream that was asked, the worst first, and older ones don't", async () => {
  const [fine, troubled, silent] = [await add(), await add({ name: "Troubled" }), await add()];
  const tried = async (id: string, ago: string, answer: number, attempts: number) => {
    await database.sql`
      insert into upstream_minutes
        (upstream_id, minute, instance_id, status, attempts, latency_buckets)
      values (${id}, date_trunc('minute', now() - ${ago}::interval), 'i', ${answer}, ${attempts},
        array_fill(0, array[12]))`;
  };
  await tried(fine, "1 minute", 200, 5);
  await tried(fine, "2 minutes", 400, 2);
  await tried(troubled, "1 minute", 503, 3);
  await tried(troubled, "2 minutes", 503, 1);
  await tried(troubled, "3 minutes", 0, 2);
  await tried(troubled, "3 minutes", 200, 1);
  await tried(silent, "62 minutes", 500, 9);
  expect(await listAskedUpstreams(database.db)).toEqual([
    {
      ...{ id: troubled, name: "Troubled", attempts: 7, failures: 6 },
      statuses: [
        { status: 503, attempts: 4 },
        { status: 0, attempts: 2 },
        { status: 200, attempts: 1 },
      ],
    },
    {
      ...{ id: fine, name: "Vendor", attempts: 7, failures: 0 },
      statuses: [
        { status: 200, attempts: 5 },
        { status: 400, attempts: 2 },
      ],
    },
  ]);
  const statuses = Array.from({ length: 600 }, (_, answer) => answer);
  await database.sql`delete from upstream_minutes`;
  for (const answer of statuses) await tried(fine, "1 minute", answer, 1);
  const [counted] = await listAskedUpstreams(database.db);
  expect(counted?.failures).toBe(statuses.filter(isFailedAttempt).length);
});

test("a connection is made by the rules of outbound addresses", async () => {
  const id = await add();
  await database.sql`update upstreams set allow_private = false where id = ${id}`;
  status = 200;
  shown = { path: undefined, authorization: undefined };
  const checked = await checkConnection(database.db, key, id);
  expect(checked).toMatchObject({ isFine: false, status: null });
  expect(checked.sentence).toContain("isn’t public");
  expect(shown.path).toBeUndefined();
});

test("a port where nobody listens is told, and what another secret encrypted as well", async () => {
  const id = await add({ baseUrl: "http://127.0.0.1:1/v1" });
  const checked = await checkConnection(database.db, key, id);
  expect(checked).toMatchObject({ isFine: false, sentence: "No connection could be made." });
  const other = credentialKeyOf("another secret that is long enough too");
  expect((await checkConnection(database.db, other, id)).sentence).toContain("AUTH_SECRET");
});

test.each([
  [{ baseUrl: "http://api.example.com/v1", allowPrivate: false }, "baseUrl"],
  [{ baseUrl: "https://user:pass@api.example.com" }, "baseUrl"],
  [{ baseUrl: "https://api.example.com?x=1" }, "baseUrl"],
  [{ baseUrl: "not an address" }, "baseUrl"],
  [{ id: "simulated" }, "id"],
  [{ id: "a b" }, "id"],
  [{ kind: "simulated" }, "kind"],
  [{ credential: "a b" }, "credential"],
  [{ credential: "a\r\nx-evil: 1" }, "credential"],
])("an upstream that makes no sense isn't taken: %o", (more, field) => {
  const valid = {
    ...{ id: "v", name: "V", kind: "openai", baseUrl: "https://api.example.com/v1" },
    ...{ allowPrivate: true, credential: "" },
  };
  expect(AddUpstream.safeParse(valid).success).toBe(true);
  const parsed = AddUpstream.safeParse({ ...valid, ...more });
  expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
});
