import { createServer, type Server } from "node:http";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, it, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/db/testing/database";
import { examine } from "@/lib/doctor/examine";
import type { Finding } from "@/lib/doctor/finding";
import { exitCodeOf, reportJson, reportText } from "@/lib/doctor/report";
import { findPort } from "@/lib/gateway/testing/process";
import { credentialContext, credentialKeyOf, seal } from "@/lib/sealed";

const authSecret = "wJ3hQ9vLr7Tz2KpXc8Bn5MfYd4Gs6Ha1";
const password = "hunter2-of-the-mail-server";
const stripeKey = "sk_test_51HunterTwoHunterTwo";
const providerKey = "sk-provider-CANARY-7f3a";

let database: TestDatabase;
/** Stands in for Stripe and for a provider: what it answers is by the first part of the path. */
let others: Server;
let mail: SMTPServer;
let origin = "";
let mailPort = 0;
let freePort = 0;
const seen: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  others = createServer((req, res) => {
    seen.push(`${req.url} ${req.headers.authorization ?? ""}`);
    const isGood = /CANARY|HunterTwo$/.test(req.headers.authorization ?? "");
    res.writeHead(isGood ? 200 : 401).end("{}");
  });
  await new Promise<void>((resolve) => others.listen(0, "127.0.0.1", resolve));
  const address = others.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  mail = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    onAuth(auth, _session, done) {
      const isRight = auth.password === password;
      done(
        isRight ? null : new Error("Invalid username or password"),
        isRight ? { user: "ada" } : {},
      );
    },
  });
  mailPort = await new Promise<number>((resolve) => {
    const server = mail.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      resolve(typeof bound === "object" && bound ? bound.port : 0);
    });
  });
  freePort = await findPort(26_400);
  await database.sql`
    insert into upstreams (id, kind, name, base_url, allow_private, credential)
    values ('acme', 'openai', 'Acme', ${`${origin}/acme`}, true, ${sealed(providerKey)})`;
  await database.sql`update models set upstream_id = 'acme' where id = 'gpt-4'`;
});

afterAll(async () => {
  await Promise.all([
    database.drop(),
    new Promise<void>((resolve) => mail.close(() => resolve())),
    new Promise<void>((resolve) => others.close(() => resolve())),
  ]);
});

const sealed = (key: string) =>
  seal(credentialKeyOf(authSecret), Buffer.from(key), credentialContext("acme"));

async function look(changes: Record<string, string> = {}, dotenv = {}): Promise<Finding[]> {
  const source = {
    DATABASE_URL: database.url,
    AUTH_SECRET: authSecret,
    PORT: String(freePort),
    GATEWAY_PORT: String(freePort + 1),
    STRIPE_SECRET_KEY: stripeKey,
    STRIPE_WEBHOOK_SECRET: "whsec_HunterTwoHunterTwo",
    STRIPE_API_URL: origin,
    SMTP_URL: `smtp://ada:${password}@127.0.0.1:${mailPort}`,
    MAIL_FROM: "Gatehouse <no-reply@example.com>",
    ...changes,
  };
  return await examine({ source, dotenv, root: process.cwd(), dataDir: "." });
}

const find = (findings: Finding[], area: string, subject: string) =>
  findings.find((one) => one.area === area && one.subject === subject);

test("a deployment that is in order passes, and what was asked of others is what they want", async () => {
  const findings = await look();
  // The server of the tests forgets what a crash would take, on purpose.
  const isOfTests = ({ subject }: Finding) =>
    ["fsync", "full_page_writes", "synchronous_commit"].includes(subject);
  expect(findings.filter((one) => one.state === "fail" && !isOfTests(one))).toEqual([]);
  for (const [area, subject, says] of [
    ["database", "clock", "agrees with this machine's"],
    ["database", "jit", "is off"],
    ["mail", "127.0.0.1", "answers, and takes our credentials"],
    ["payments", "STRIPE_SECRET_KEY", "Stripe takes the key"],
    ["payments", "mode", "test"],
    ["upstreams", "acme", "answers, and takes our credential"],
    ["configuration", "AUTH_SECRET", "is set"],
  ] as const) {
    expect(find(findings, area, subject)).toMatchObject({ state: "ok", says });
  }
  expect(find(findings, "database", "migrations")?.state).toBe("ok");
  expect(seen).toContain(`/v1/events?limit=1 Bearer ${stripeKey}`);
  expect(seen).toContain(`/acme/models Bearer ${providerKey}`);
});

it.each([
  ["no mail server", { SMTP_URL: "" }, "mail", "SMTP_URL", "warn"],
  ["a weak secret", { AUTH_SECRET: "abcabcabc".repeat(6) }, "configuration", "AUTH_SECRET", "fail"],
  ["a wrong variable", { PORT: "http" }, "configuration", "PORT", "fail"],
  ["demo payments in public", demoInPublic(), "configuration", "DEMO_MODE", "fail"],
  ["plain http in public", demoInPublic(), "configuration", "APP_ORIGIN", "fail"],
] as const)("%s is told", async (_name, changes, area, subject, state) => {
  const findings = await look(changes);
  expect(findings.some((one) => one.subject === subject && one.state === state)).toBe(true);
  expect(find(findings, area, subject)).toBeDefined();
});

function demoInPublic() {
  return { APP_ORIGIN: "http://console.example.com", DEMO_MODE: "1", STRIPE_SECRET_KEY: "" };
}

test("credentials that others refuse are told, each with what to do", async () => {
  await database.sql`update upstreams set credential = ${sealed("wrong")} where id = 'acme'`;
  const findings = await look({
    SMTP_URL: `smtp://ada:wrong-password@127.0.0.1:${mailPort}`,
    STRIPE_SECRET_KEY: "sk_test_wrong",
  });
  expect(find(findings, "mail", "127.0.0.1")).toMatchObject({
    state: "fail",
    says: "can't be used: EAUTH 535",
  });
  expect(find(findings, "payments", "STRIPE_SECRET_KEY")?.says).toBe("Stripe refuses the key");
  expect(find(findings, "upstreams", "acme")?.says).toBe("refuses our credential");
  for (const { state, mend } of findings)
    expect(mend === null).toBe(!["warn", "fail"].includes(state));
  expect(exitCodeOf(findings)).toBe(1);
  const other = await look({ AUTH_SECRET: `${authSecret}x` });
  expect(find(other, "upstreams", "acme")?.says).toContain("another AUTH_SECRET");
  await database.sql`update upstreams set credential = ${sealed(providerKey)} where id = 'acme'`;
});

test("neither report holds a secret, whatever is wrong", async () => {
  const changes = {
    GATEWAY_PORT: String(freePort),
    SMTP_URL: `smtp://ada:${password}@127.0.0.1:1`,
  };
  for (const findings of [await look(), await look(changes)]) {
    for (const text of [reportText(findings), reportJson(findings)]) {
      for (const secret of [authSecret, password, stripeKey, providerKey, "whsec_"]) {
        expect(text).not.toContain(secret);
      }
      expect(text).not.toContain(new URL(database.url).password);
    }
  }
});

test("a database without migrations, and one that isn't there", async () => {
  const [row] = await database.sql`select current_database() as name`;
  const bare = `${row?.name}_bare`;
  await database.sql.unsafe(`create database ${bare}`);
  const url = new URL(database.url);
  url.pathname = `/${bare}`;
  const findings = await look({ DATABASE_URL: url.href });
  await database.sql.unsafe(`drop database ${bare} with (force)`);
  expect(find(findings, "database", "migrations")?.says).toBe("none were applied");
  url.pathname = "/nowhere";
  const nowhere = await look({ DATABASE_URL: url.href });
  expect(find(nowhere, "database", "server")).toMatchObject({
    state: "fail",
    says: expect.stringContaining("3D000"),
  });
});

test("a port that another program has is told, and a name that nobody reads", async () => {
  const taken = String(new URL(origin).port);
  const findings = await look({ PORT: taken }, { SMPT_URL: "x", MINE: "y", PORT: "1" });
  expect(find(findings, "machine", "web")?.says).toContain("taken by another program");
  expect(find(findings, "configuration", "SMPT_URL")?.mend).toBe("Did you mean SMTP_URL?");
  expect(find(findings, "configuration", "MINE")?.state).toBe("warn");
});
