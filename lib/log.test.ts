import { expect, it, vi } from "vitest";
import { mintSecret } from "@/lib/keys/secret";
import { log, redactKeys } from "@/lib/log";

it("a key never reaches a log line, in whatever field or message it is", () => {
  const { secret, last4 } = mintSecret("live");
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  log.level = "info";
  log.info(
    { deep: { note: `sent ${secret}` }, headers: { authorization: `Bearer ${secret}` } },
    secret,
  );
  log.error({ err: new Error(`bad key ${secret}`) }, "failed");
  log.level = "silent";
  spy.mockRestore();
  const text = lines.join("");
  expect(lines).toHaveLength(2);
  expect(text).not.toContain(secret);
  expect(text).toContain(`gate_live_…${last4}`);
});

it("what isn't a key stays as it is", () => {
  expect(redactKeys("gate_live_short and others")).toBe("gate_live_short and others");
});
