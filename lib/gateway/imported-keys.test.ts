import { createHash, randomBytes } from "node:crypto";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import {
  createTenant,
  createTestKey,
  openTestDoor,
  type Tenant,
  type TestDoor,
} from "@/lib/gateway/testing/gateway";
import { type ImportedLine, importKeys } from "@/lib/keys/import/import-keys";
import { reportCsv, summaryText } from "@/lib/keys/import/report";
import { mintSecret } from "@/lib/keys/secret";

let door: TestDoor;
let tenant: Tenant;

beforeAll(async () => {
  door = await openTestDoor({ settings: { importedPrefixes: ["sk-acme-"] } });
});
afterAll(() => door.close());

const foreignKey = () => `sk-acme-${randomBytes(24).toString("base64url")}`;
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function importCsv(
  lines: string[],
  options: { isDryRun?: boolean; header?: string; workspace?: string | null } = {},
): Promise<ImportedLine[]> {
  const header = options.header ?? "sha256,name,scopes,environment,expires_at,prefix,last4";
  return await importKeys(door.database.db, [header, ...lines, ""].join("\r\n"), {
    workspace: options.workspace === undefined ? tenant.workspaceId : options.workspace,
    prefixes: ["sk-acme-"],
    isDryRun: options.isDryRun ?? false,
  });
}

beforeAll(async () => {
  tenant = await createTenant(door.sql);
});

const statusesOf = (lines: ImportedLine[]) => lines.map(({ status }) => status);

async function countKeys(workspaceId = tenant.workspaceId): Promise<number> {
  const [row] = await door.sql`
    select count(*)::int as keys from api_keys where workspace_id = ${workspaceId}`;
  return Number(row?.keys);
}

function statusOf(key: string, headers: Record<string, string> = {}): Promise<number> {
  return fetch(`${door.origin}/v1/models`, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  }).then(({ status }) => status);
}

test("a customer's key goes on working in the official client, is metered, and can be revoked", async () => {
  const key = foreignKey();
  const line = `${sha256(key)},"Acme, production",read write,live,,sk-acme-,${key.slice(-4)}`;
  expect(await statusOf(key)).toBe(401);
  const dry = await importCsv([line], { isDryRun: true });
  expect(statusesOf(dry)).toEqual(["would_import"]);
  expect(await statusOf(key)).toBe(401);
  const [done] = await importCsv([line]);
  expect(done?.status).toBe("imported");

  const client = new OpenAI({ apiKey: key, baseURL: `${door.origin}/v1`, maxRetries: 0 });
  const messages = [{ role: "user" as const, content: "Hello" }];
  const answer = await client.chat.completions.create({ model: "gpt-4", messages });
  expect(answer.choices[0]?.message.content).toBeTruthy();
  const asAnthropic = await statusOf(key, { "anthropic-version": "2023-06-01" });
  expect(asAnthropic).toBe(200);

  const [row] = await door.sql`
    select k.name, s.prefix, s.last4, s.imported_at is not null as imported,
      (select count(*)::int from request_log where key_id = k.id and cost_nanos > 0) as billed,
      (select count(*)::int from audit_log
        where target_id = k.id and action = 'api_key.imported') as audited
    from api_keys k join api_key_secrets s on s.key_id = k.id where k.id = ${done?.keyId ?? ""}`;
  expect(row).toEqual({
    ...{ name: "Acme, production", prefix: "sk-acme", last4: key.slice(-4) },
    ...{ imported: true, billed: 1, audited: 1 },
  });

  await door.sql`update api_keys set revoked_at = now() where id = ${done?.keyId ?? ""}`;
  expect(await statusOf(key)).toBe(401);
});

test("running it again changes nothing and says so", async () => {
  const lines = [foreignKey(), foreignKey()].map((key) => `${sha256(key)},Again,,,,,`);
  expect(statusesOf(await importCsv(lines))).toEqual(["imported", "imported"]);
  const before = await countKeys();
  const again = await importCsv(lines);
  expect(statusesOf(again)).toEqual(["unchanged", "unchanged"]);
  expect(again.every(({ keyId }) => keyId !== null)).toBe(true);
  expect(await countKeys()).toBe(before);
  expect(summaryText(again, false)).toBe("0 keys imported; 2 were there already, 0 have expired.");
});

describe("while a line is wrong nothing is written, and it is told by its number", () => {
  const good = () => `${sha256(foreignKey())},Good,,,,,`;
  const cases: [string, () => string, RegExp][] = [
    ["a hash of another kind", () => "d41d8cd98f00b204e9800998ecf8427e,x,,,,,", /as long as MD5/],
    ["a short hash", () => "abc123,x,,,,,", /64 hexadecimal digits are needed, and there are 6/],
    ["a key instead of its hash", () => `${foreignKey()},x,,,,,`, /never put keys themselves/],
    ["the hash of nothing", () => `${sha256("")},x,,,,,`, /hash of an empty text/],
    ["a hash that is none", () => `${"0".repeat(64)},x,,,,,`, /no hash looks like this/],
    ["an unknown scope", () => `${sha256("a")},x,read root,,,,`, /scopes: read, write, admin/],
    ["an unknown environment", () => `${sha256("a")},x,,prod,,,`, /live or test/],
    ["a day that isn't", () => `${sha256("a")},x,,,2027-02-30,,`, /expires_at/],
    ["a name of nothing", () => `${sha256("a")},  ,,,,,`, /name: Enter a name/],
    [
      "a prefix that the gateway refuses",
      () => `${sha256("a")},x,,,,pk-,`,
      /IMPORTED_KEY_PREFIXES/,
    ],
    ["a last4 of five", () => `${sha256("a")},x,,,,,abcde`, /last4/],
    ["too few fields", () => `${sha256("a")},x`, /has 2 fields where the header has 7/],
    ["a quote that stays open", () => `${sha256("a")},"x,,,,,`, /nothing closes/],
  ];
  it.each(cases)("%s", async (_name, line, message) => {
    const before = await countKeys();
    const answer = await importCsv([good(), line()]);
    const wrong = answer.filter(({ status }) => status === "error");
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatchObject({ line: 3, message: expect.stringMatching(message) });
    expect(await countKeys()).toBe(before);
    expect(summaryText(answer, false)).toMatch(/^line 3: .*\n1 problems: nothing was written\.$/);
  });

  it("the same key twice", async () => {
    const line = good();
    const answer = await importCsv([line, good(), line]);
    expect(answer.find(({ status }) => status === "error")).toMatchObject({
      line: 4,
      message: "is the key of line 2 again",
    });
  });

  it("a key of ours, and one that another workspace has", async () => {
    const own = await createTestKey(door.sql, tenant);
    const other = await createTenant(door.sql);
    const line = good();
    await importCsv([line], { workspace: other.workspaceId });
    const answer = await importCsv([`${sha256(own.secret)},x,,,,,`, line]);
    expect(statusesOf(answer)).toEqual(["error", "error"]);
  });

  it("more live keys than a workspace may have", async () => {
    const crowded = await createTenant(door.sql);
    const lines = Array.from({ length: 101 }, good);
    const answer = await importCsv(lines, { workspace: crowded.workspaceId });
    const wrong = answer.filter(({ status }) => status === "error");
    expect(wrong).toEqual([expect.objectContaining({ line: 102 })]);
    expect(await countKeys(crowded.workspaceId)).toBe(0);
    const fits = await importCsv(lines.slice(0, 100), { workspace: crowded.workspaceId });
    expect(new Set(statusesOf(fits))).toEqual(new Set(["imported"]));
  });

  it("a header with mistakes", async () => {
    const answer = await importCsv([good()], { header: "hash,name,name" });
    expect(answer.map(({ message }) => message)).toEqual([
      expect.stringContaining('column "hash" is unknown'),
      "column name is there twice",
      "column sha256 is missing",
    ]);
  });
});

test("what has expired is told and left out; what expires later does so", async () => {
  const [past, future] = [foreignKey(), foreignKey()];
  const answer = await importCsv([
    `${sha256(past)},Past,,,2020-01-01,,`,
    `${sha256(future)},Future,,,2999-01-31T00:00:00+02:00,,`,
  ]);
  expect(statusesOf(answer)).toEqual(["expired", "imported"]);
  expect(await statusOf(past)).toBe(401);
  expect(await statusOf(future)).toBe(200);
  const [row] =
    await door.sql`select expires_at from api_keys where id = ${answer[1]?.keyId ?? ""}`;
  expect(row?.expires_at.toISOString()).toBe("2999-01-30T22:00:00.000Z");
});

test("each line may name its workspace, by id or by its owner's address", async () => {
  const [one, two] = [await createTenant(door.sql), await createTenant(door.sql)];
  const header = "workspace,name,sha256";
  const line = (workspace: string) => `${workspace},x,${sha256(foreignKey())}`;
  const answer = await importCsv(
    [line(one.workspaceId), line(`${two.userId}@T.example`), line("ws_nobody")],
    { header, workspace: null },
  );
  expect(answer.filter(({ status }) => status === "error")).toHaveLength(1);
  const both = await importCsv([line(one.workspaceId), line(`${two.userId}@T.example`)], {
    header,
    workspace: null,
  });
  expect(both.map(({ workspaceId }) => workspaceId)).toEqual([one.workspaceId, two.workspaceId]);
});

test("keys of other forms are refused without a look-up, and those of this form cost one", async () => {
  const ours = mintSecret("live").secret;
  const broken = `${ours.slice(0, -1)}${ours.endsWith("a") ? "b" : "a"}`;
  const gateway = door.gateways[0]?.gateway;
  const misses = () => gateway?.facts.misses ?? Number.NaN;
  const before = misses();
  for (const key of ["sk-other-abcdefgh", "nonsense", broken, `sk-acme-${"x".repeat(600)}`]) {
    expect(await statusOf(key)).toBe(401);
  }
  expect(misses()).toBe(before);
  expect(await statusOf(foreignKey())).toBe(401);
  expect(misses()).toBe(before + 1);
});

test("guessing keys of that form is slowed down like any other", async () => {
  const statuses: number[] = [];
  for (let i = 0; i < 40; i++) statuses.push(await statusOf(foreignKey()));
  expect(statuses.at(-1)).toBe(429);
});

test("the report tells of each line, and never of a key", async () => {
  const key = foreignKey();
  const text = reportCsv(await importCsv([`${key},x,,,,,`]));
  expect(text).toContain("line,status,sha256,workspace,key_id,message\r\n2,error,");
  expect(text).not.toContain(key);
});
