import { DrizzleQueryError } from "drizzle-orm";
import { afterEach, expect, it, vi } from "vitest";
import { mintSecret } from "@/lib/keys/secret";
import { log, redactKeys } from "@/lib/log";

/** What is written while `work` runs. */
function linesOf(work: () => void): string[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  log.level = "info";
  work();
  log.level = "silent";
  vi.restoreAllMocks();
  return lines;
}

afterEach(() => {
  log.level = "silent";
});

it("a key never reaches a log line, in whatever field or message it is", () => {
  const { secret, last4 } = mintSecret("live");
  const lines = linesOf(() => {
    log.info(
      { deep: { note: `sent ${secret}` }, headers: { authorization: `Bearer ${secret}` } },
      secret,
    );
    log.error({ err: new Error(`bad key ${secret}`) }, "failed");
  });
  const text = lines.join("");
  expect(lines).toHaveLength(2);
  expect(text).not.toContain(secret);
  expect(text).toContain(`gate_live_…${last4}`);
});

it.each([
  ["sk_live_51HunterTwoHunterTwo", "sk_live_[redacted]"],
  ["whsec_aHVudGVyMmh1bnRlcjI=", "whsec_[redacted]"],
  ["sk-ant-api03-HunterTwoHunterTwo", "sk-ant-[redacted]"],
  ["Bearer eyJhbGciOi.HunterTwo", "Bearer [redacted]"],
  ["postgres://ada:hunter2@db:5432/gatehouse", "postgres://ada:[redacted]@db:5432/gatehouse"],
  ["smtps://ada:hunter2@mail.example.com", "smtps://ada:[redacted]@mail.example.com"],
])("%s never reaches a log line", (secret, shown) => {
  const [line = ""] = linesOf(() => log.error({ err: new Error(`refused ${secret}`) }, secret));
  expect(line).not.toContain(secret);
  expect(line.split(shown)).toHaveLength(3);
});

it("headers and fields that hold credentials are left out at any of the usual depths", () => {
  const [line = ""] = linesOf(() =>
    log.info({
      password: "hunter2",
      headers: { cookie: "session=hunter2", "x-api-key": "hunter2" },
      request: { headers: { authorization: "hunter2" } },
    }),
  );
  expect(line).not.toContain("hunter2");
});

it("a failed query is logged with its cause and without its values", () => {
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(ada@example.com) already exists.",
  });
  const error = new DrizzleQueryError("insert into users values ($1)", ["ada@example.com"], cause);
  const [line = ""] = linesOf(() => log.error({ err: error }, "failed"));
  expect(line).not.toContain("ada@example.com");
  expect(JSON.parse(line).err).toMatchObject({
    message: "Failed query: insert into users values ($1)",
    cause: { message: "duplicate key", code: "23505" },
  });
});

it("what isn't a key stays as it is", () => {
  expect(redactKeys("gate_live_short and others")).toBe("gate_live_short and others");
  const [line = ""] = linesOf(() => log.info({ url: "https://api.example.com/v1?a=b" }, "asked"));
  expect(line).toContain("https://api.example.com/v1?a=b");
});
