import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { newId } from "@/lib/id";
import { resetMail } from "@/lib/mail/account-templates";
import { deliverMail } from "@/lib/mail/deliver";
import { listOutbox, queueMail } from "@/lib/mail/outbox";
import { startMailServer } from "@/lib/mail/testing/smtp";
import { smtpTransport } from "@/lib/mail/transport";
import type { Scope } from "@/lib/scope";

const link = "https://console.example.com/link/reset?token=tok_x.secret-of-the-link";
let database: TestDatabase;
beforeAll(async () => {
  process.env.DATABASE_URL ??= "postgres://unused@localhost/unused";
  process.env.AUTH_SECRET ??= "a secret for tests that is long enough";
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A reset mail to a user in a workspace; answers its id and what they may see. */
async function queueReset(): Promise<{ mailId: string; scope: Scope }> {
  const userId = newId("user");
  const email = `${userId}@example.com`;
  await database.sql`insert into users (id, name, email) values (${userId}, 'Ada', ${email})`;
  await queueMail(database.db, {
    ...{ workspaceId: null, userId, kind: "reset", reference: `reset:${userId}`, to: email },
    ...resetMail(link),
  });
  const [row] = await database.sql`select id from mails where to_address = ${email}`;
  const scope: Scope = { userId, workspaceId: "ws_x", sessionId: "ses_x", role: "owner" };
  return { mailId: String(row?.id), scope };
}

test("a mail with a secret is kept encrypted, sent whole, and forgotten once it is sent", async () => {
  const { mailId } = await queueReset();
  const kept = async () =>
    JSON.stringify(
      await database.sql`
        select to_jsonb(m)::text || coalesce(encode(sealed, 'escape'), '') as row
        from mails m where id = ${mailId}`,
    );
  expect(await kept()).not.toContain("secret-of-the-link");
  const server = await startMailServer();
  try {
    const transport = smtpTransport({
      url: `smtp://127.0.0.1:${server.port}`,
      from: "Gatehouse <no-reply@example.com>",
    });
    expect(await deliverMail(database.db, transport, mailId)).toBe("sent");
  } finally {
    await server.close();
  }
  const sent = server.received[0]?.raw.replace(/=\r\n/g, "").replaceAll("=3D", "=");
  expect(sent).toContain(link);
  expect(await kept()).not.toContain("secret-of-the-link");
  const [row] = await database.sql`select sealed from mails where id = ${mailId}`;
  expect(row?.sealed).toBeNull();
});

test("the outbox shows a secret to the one it was written to, and nothing of it to others", async () => {
  const { scope } = await queueReset();
  const [own] = await listOutbox(database.db, scope);
  expect(own?.text).toContain(link);
  const other = await queueReset();
  const theirs = await listOutbox(database.db, other.scope);
  expect(theirs).toHaveLength(1);
  const colleague = { ...scope, userId: "usr_other" };
  expect(await listOutbox(database.db, colleague)).toEqual([]);
});
