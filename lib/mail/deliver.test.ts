import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { startWorker } from "@/lib/jobs/worker";
import { attemptsMax, deliverMail, MailDeferred } from "@/lib/mail/deliver";
import { renderMail } from "@/lib/mail/message";
import { queueMail, queueMails, requestDueMails } from "@/lib/mail/outbox";
import { headersOf, type MailServer, smtpError, startMailServer } from "@/lib/mail/testing/smtp";
import { type MailTransport, smtpTransport } from "@/lib/mail/transport";

let database: TestDatabase;
const servers: MailServer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});
afterAll(() => database.drop());

async function serve(...options: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...options);
  servers.push(server);
  return server;
}

function transportTo(server: MailServer, url = `smtp://127.0.0.1:${server.port}`): MailTransport {
  return smtpTransport({ url, from: "Gatehouse <no-reply@example.com>" });
}

function messageCalled(subject: string) {
  return renderMail({
    ...{ subject, heading: subject, paragraphs: ["What to do."], reason: "You own it." },
    action: { label: "Open", url: "http://localhost:3000/keys" },
  });
}

/** Puts a mail into the outbox and answers its id. */
async function queue(subject = "Hello"): Promise<string> {
  const reference = `test:${randomUUID()}`;
  await database.db.transaction((tx) =>
    queueMail(tx, {
      ...{ workspaceId: null, userId: null, kind: "test", reference, to: "ada@example.com" },
      message: messageCalled(subject),
    }),
  );
  const [row] = await database.sql`select id from mails where reference = ${reference}`;
  return String(row?.id);
}

async function stateOf(id: string) {
  const [row] = await database.sql`
    select attempts, last_error, sent_at is not null as sent, failed_at is not null as failed
    from mails where id = ${id}`;
  return row;
}

test("as many mails as there are keys and admins are queued in one transaction", async () => {
  const reference = `many:${randomUUID()}`;
  const message = messageCalled("Hello");
  const wanted = Array.from({ length: 8_000 }, (_, i) => ({
    ...{ workspaceId: null, userId: null, kind: "test", reference: `${reference}:${i}` },
    ...{ to: "ada@example.com", message },
  }));
  expect(await database.db.transaction((tx) => queueMails(tx, wanted))).toBe(8_000);
  const [row] = await database.sql`
    with gone as (delete from mails where reference like ${`${reference}:%`} returning 1)
    select count(*)::int as queued from gone`;
  expect(row?.queued).toBe(8_000);
});

describe("one mail", () => {
  test("K07 reaches the server once, in text and HTML, with one subject", async () => {
    const server = await serve();
    const id = await queue("Ünïcode <b>x</b>\r\nBcc: all@example.com");
    expect(await deliverMail(database.db, transportTo(server), id)).toBe("sent");
    expect(await deliverMail(database.db, transportTo(server), id)).toBe("done_before");
    expect(server.received).toHaveLength(1);
    const [mail] = server.received;
    expect(mail?.to).toEqual(["ada@example.com"]);
    const names = headersOf(mail?.raw ?? "").map((header) => header.split(":")[0]?.toLowerCase());
    expect(names.filter((name) => name === "subject")).toHaveLength(1);
    expect(names).not.toContain("bcc");
    expect(headersOf(mail?.raw ?? "")).toContain(`Message-ID: <${id}@example.com>`);
    expect(mail?.raw).toMatch(/Content-Type: text\/plain/);
    expect(mail?.raw).toMatch(/Content-Type: text\/html/);
    expect(await stateOf(id)).toMatchObject({ attempts: 1, sent: true, failed: false });
  });

  test("that the server can't take now is tried again, and sent once", async () => {
    let busy = true;
    const server = await serve({
      answer() {
        if (busy) throw smtpError(451, "try again later");
      },
    });
    const id = await queue();
    await expect(deliverMail(database.db, transportTo(server), id)).rejects.toThrow(MailDeferred);
    expect(await stateOf(id)).toMatchObject({ attempts: 1, sent: false, failed: false });
    busy = false;
    expect(await deliverMail(database.db, transportTo(server), id)).toBe("sent");
    expect(server.received).toHaveLength(1);
    expect(await stateOf(id)).toMatchObject({ attempts: 2, sent: true, last_error: null });
  });

  test.each([
    [
      "the recipient",
      {
        onRcptTo: (_: unknown, __: unknown, done: (error?: Error) => void) =>
          done(smtpError(550, "no such user")),
      },
    ],
    [
      "the message",
      {
        answer: () => {
          throw smtpError(554, "not this one");
        },
      },
    ],
  ])("is given up where the server refuses %s for good", async (_what, options) => {
    const server = await serve(options);
    const id = await queue();
    expect(await deliverMail(database.db, transportTo(server), id)).toBe("failed");
    expect(await stateOf(id)).toMatchObject({ attempts: 1, sent: false, failed: true });
    expect(await deliverMail(database.db, transportTo(server), id)).toBe("done_before");
  });

  test("is given up after the last attempt, whatever the reason", async () => {
    const nowhere = smtpTransport({ url: "smtp://127.0.0.1:1", from: "no-reply@example.com" });
    const id = await queue();
    await database.sql`update mails set attempts = ${attemptsMax - 2} where id = ${id}`;
    await expect(deliverMail(database.db, nowhere, id)).rejects.toThrow(MailDeferred);
    expect(await deliverMail(database.db, nowhere, id)).toBe("failed");
    expect(await stateOf(id)).toMatchObject({ attempts: attemptsMax, failed: true });
  });

  test("of one occasion goes to an address once", async () => {
    const mail = {
      ...{
        workspaceId: null,
        userId: null,
        kind: "test",
        reference: "once",
        to: "ada@example.com",
      },
      message: messageCalled("Once"),
    };
    const queued = await Promise.all(
      Array.from({ length: 5 }, () => database.db.transaction((tx) => queueMail(tx, mail))),
    );
    expect(queued.filter(Boolean)).toHaveLength(1);
    expect(await queueMail(database.db, { ...mail, to: "grace@example.com" })).toBe(true);
  });

  test("isn't there where its transaction was rolled back", async () => {
    const mail = {
      ...{ workspaceId: null, userId: null, kind: "test", reference: "rolled back" },
      ...{ to: "ada@example.com", message: messageCalled("Never") },
    };
    await expect(
      database.db.transaction(async (tx) => {
        await queueMail(tx, mail);
        throw new Error("undone");
      }),
    ).rejects.toThrow("undone");
    expect(await database.sql`select 1 from mails where reference = 'rolled back'`).toHaveLength(0);
  });
});

describe("the connection", () => {
  test("is encrypted where the server can, and signs in", async () => {
    const signedIn: string[] = [];
    const server = await serve({
      hideSTARTTLS: false,
      authOptional: false,
      onAuth(auth, session, done) {
        signedIn.push(`${auth.username}:${auth.password}:${session.secure}`);
        done(null, { user: auth.username ?? "" });
      },
    });
    const url = `smtp://ada:p%40ss@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`;
    expect(await deliverMail(database.db, transportTo(server, url), await queue())).toBe("sent");
    expect(signedIn).toEqual(["ada:p@ss:true"]);
    expect(server.received[0]?.isEncrypted).toBe(true);
  });

  test("never carries a password in clear to another machine", async () => {
    const onAuth = vi.fn();
    const server = await serve({
      ...{ allowInsecureAuth: true, onAuth, disabledCommands: ["STARTTLS"] },
    });
    // The same machine, in a spelling that isn't known to be it.
    const url = `smtp://ada:secret@0.0.0.0:${server.port}`;
    const id = await queue();
    await expect(deliverMail(database.db, transportTo(server, url), id)).rejects.toThrow(
      MailDeferred,
    );
    expect(onAuth).not.toHaveBeenCalled();
  });

  test("that is refused for a wrong password costs no mail", async () => {
    const server = await serve({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(smtpError(535, "no")),
    });
    const id = await queue();
    const url = `smtp://ada:wrong@127.0.0.1:${server.port}`;
    await expect(deliverMail(database.db, transportTo(server, url), id)).rejects.toThrow(
      MailDeferred,
    );
    expect(await stateOf(id)).toMatchObject({ failed: false });
    expect(JSON.stringify(await stateOf(id))).not.toContain("wrong");
  });
});

describe("the worker", () => {
  test("sends each mail once, those from before it started too, with two of them running", async () => {
    const server = await serve({
      answer: (() => {
        let attempts = 0;
        return () => {
          attempts += 1;
          if (attempts === 1) throw smtpError(451, "later");
        };
      })(),
    });
    await database.sql`delete from mails`;
    const early = await Promise.all([queue("early 1"), queue("early 2")]);
    const workers = [1, 2].map(() => startWorker(database.url, transportTo(server)));
    try {
      await vi.waitFor(() => expect(server.received).toHaveLength(2), { timeout: 20_000 });
      const late = await Promise.all([queue("late 1"), queue("late 2")]);
      await vi.waitFor(() => expect(server.received).toHaveLength(4), { timeout: 20_000 });
      await vi.waitFor(
        async () => {
          for (const id of [...early, ...late]) {
            expect(await stateOf(id)).toMatchObject({ sent: true });
          }
        },
        { timeout: 10_000 },
      );
      // Whatever is asked for once more finds nothing left to do.
      expect(await requestDueMails(database.db)).toBe(0);
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()));
    }
    const ids = server.received.map(({ raw }) => /^Message-ID: <([^@]+)@/m.exec(raw)?.[1] ?? "");
    expect(new Set(ids).size).toBe(4);
  }, 60_000);

  test("asks anew for the mail of a worker that was killed, and for nothing that is old or done", async () => {
    await database.sql`delete from mails`;
    const [stalled, old, waiting, sent] = [
      await queue(),
      await queue(),
      await queue(),
      await queue(),
    ];
    await database.sql`
      update graphile_worker._private_jobs set locked_at = now() - interval '11 minutes',
        locked_by = 'gone' where key = ${`send_mail:${stalled}`}`;
    await database.sql`delete from graphile_worker._private_jobs where key in
      (${`send_mail:${old}`}, ${`send_mail:${sent}`})`;
    await database.sql`update mails set created_at = now() - interval '3 days' where id = ${old}`;
    await database.sql`update mails set sent_at = now() where id = ${sent}`;
    expect(await requestDueMails(database.db)).toBe(1);
    const jobs = await database.sql`
      select key, locked_at from graphile_worker.jobs where key is not null order by id`;
    expect(jobs.map((job) => [job.key, job.locked_at])).toEqual([
      [`send_mail:${waiting}`, null],
      [`send_mail:${stalled}`, null],
    ]);
  });
});
