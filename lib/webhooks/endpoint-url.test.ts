import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { parseEndpointUrl, requirePublicHost } from "@/lib/webhooks/endpoint-url";
import { openSettings, resolveTo, strictSettings } from "@/lib/webhooks/testing/endpoint";

test.each([
  ...[
    "http://example.com",
    "ftp://example.com",
    "//example.com",
    "example.com",
    "",
    " ",
    "https://",
  ],
  ...["http://localhost", "https://localhost", "https://localhost.", "https://api.localhost/x"],
  ...[
    "https://127.1",
    "https://2130706433",
    "https://0x7f.1",
    "https://0177.0.0.1",
    "https://0.0.0.0",
  ],
  ...["https://[::1]", "https://[::ffff:7f00:1]", "https://[fd00::1]", "https://[64:ff9b::7f00:1]"],
  ...[
    "https://10.0.0.1",
    "https://169.254.169.254/latest",
    "https://192.168.1.1",
    "https://100.64.0.1",
  ],
  ...["https://①②⑦.0.0.1", "https://127。0。0。1", "https://%31%32%37.0.0.1"],
  ...["https://user:pw@example.com", "https://user@example.com", "https://example.com/#a"],
  ...["https://example.com#", "https://example.com:22", "https://example.com:80"],
  ...["https://example.com:1023", "https://example.com:0", "https://example.com:65536"],
  ...["https://metadata.google.internal", "https://printer.local", "https://localtest.me"],
  ...["https://any.lvh.me", `https://example.com/${"a".repeat(2_048)}`, "javascript:alert(1)"],
])("E44 %s is refused at the field url", (text) => {
  const refused = (() => {
    try {
      parseEndpointUrl(text, strictSettings);
    } catch (error) {
      return error;
    }
  })();
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: "VALIDATION_ERROR", fields: { url: expect.any(String) } });
});

test.each([
  ["https://example.com", "https://example.com/"],
  ["https://EXAMPLE.com:443/Hooks?a=b", "https://example.com/Hooks?a=b"],
  ["https://example.com:8443/", "https://example.com:8443/"],
  ["https://bücher.example/", "https://xn--bcher-kva.example/"],
  ["https://93.184.215.14/hooks", "https://93.184.215.14/hooks"],
  ["https://[2606:4700::1111]/", "https://[2606:4700::1111]/"],
])("%s is taken as %s", (text, normal) => {
  expect(parseEndpointUrl(text, strictSettings).href).toBe(normal);
});

test("where development allows it, http and addresses of the inside are taken", () => {
  expect(parseEndpointUrl("http://127.0.0.1:99/x", openSettings).href).toBe(
    "http://127.0.0.1:99/x",
  );
  expect(() => parseEndpointUrl("file:///etc/passwd", openSettings)).toThrow(AppError);
});

const lookUp = (host: string, names: Parameters<typeof resolveTo>[0]) =>
  requirePublicHost(new URL(`https://${host}/`), {
    allowPrivate: false,
    resolve: resolveTo(names),
  });

test("a name must have an address, and none but public ones", async () => {
  await lookUp("a.example", { "a.example": "93.184.215.14" });
  await expect(lookUp("a.example", {})).rejects.toThrow("This name has no address");
  for (const inside of ["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "169.254.169.254"]) {
    await expect(lookUp("a.example", { "a.example": inside })).rejects.toThrow("isn’t public");
  }
});

test("a resolver that fails isn't held against the customer", async () => {
  await lookUp("a.example", { "a.example": { code: "EAI_AGAIN" } });
});
