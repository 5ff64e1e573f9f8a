import { describe, expect, test } from "vitest";
import { describeKeyForm, ReportKey, storableUrl } from "@/lib/keys/exposure-report";
import { mintSecret } from "@/lib/keys/secret";

const { secret } = mintSecret("live");
const form = (key: string, rest = {}) => ReportKey.safeParse({ key, url: "", email: "", ...rest });

function messageOf(result: ReturnType<typeof form>): string {
  return result.success ? "" : (result.error.issues[0]?.message ?? "");
}

describe("the form for leaked keys", () => {
  test.each([
    ["the key alone", secret],
    ["with space around it", `  ${secret}\n`],
    ["a line of a .env file", `GATEHOUSE_API_KEY="${secret}"`],
    ["a header", `Authorization: Bearer ${secret}`],
    ["the same key twice", `${secret} ${secret}`],
  ])("finds the key in what was pasted: %s", (_what, text) => {
    expect(form(text)).toMatchObject({ success: true, data: { key: [secret], url: null } });
  });

  test("tells what is wrong with text that holds no key, without repeating it", () => {
    const broken = secret.slice(0, -1) + (secret.endsWith("a") ? "b" : "a");
    expect(messageOf(form(""))).toBe("Paste the key.");
    expect(messageOf(form("sk-ant-abcdef"))).toContain("There is no key in this.");
    expect(messageOf(form(broken))).toContain("isn't complete");
    expect(messageOf(form("x".repeat(5_000)))).toContain("too long");
    for (const text of [broken, "sk-ant-abcdef"]) {
      expect(JSON.stringify(form(text))).not.toContain(text);
    }
  });

  test("takes a web address and an e-mail address, or neither", () => {
    expect(form(secret, { url: "ftp://example.com" }).success).toBe(false);
    expect(form(secret, { url: "javascript:alert(1)" }).success).toBe(false);
    expect(form(secret, { email: "nobody" }).success).toBe(false);
    expect(form(secret, { email: "a@b.example\r\nBcc: c@d.example" }).success).toBe(false);
    expect(form(secret, { url: "https://example.com/a", email: "ada@example.com" })).toMatchObject({
      success: true,
      data: { url: "https://example.com/a", email: "ada@example.com" },
    });
  });
});

test("an address is kept only where it holds neither a key nor a password", () => {
  expect(storableUrl("https://github.com/a/b")).toBe("https://github.com/a/b");
  expect(storableUrl(`https://example.com/?key=${secret}`)).toBeNull();
  expect(storableUrl("https://ada:secret@example.com/")).toBeNull();
  expect(storableUrl(`https://example.com/${"x".repeat(3_000)}`)).toBeNull();
  expect(storableUrl("")).toBeNull();
});

test("the published expression finds keys of both environments in text, and nothing shorter", () => {
  const { pattern, prefixes } = describeKeyForm();
  const test = mintSecret("test").secret;
  const text = `a=${secret};b="${test}" ${secret.slice(0, -1)} x${secret}`;
  expect(text.match(new RegExp(pattern, "g"))).toEqual([secret, test]);
  expect(prefixes).toEqual(["gate_live_", "gate_test_"]);
});
