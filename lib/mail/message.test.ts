import { describe, expect, test } from "vitest";
import {
  keyExpiringMail,
  keyExposedMail,
  rotationDueMail,
  rotationReminderMail,
} from "@/lib/mail/templates";

process.env.DATABASE_URL ??= "postgres://localhost/gatehouse";
process.env.AUTH_SECRET ??= "0123456789abcdef0123456789abcdef";

const key = { id: "key_1", name: "Production", prefix: "gate_live", last4: "9f2a" };
const at = new Date("2026-11-28T10:00:00Z");
const exposed = { source: "form", url: null, reporter: null } as const;

const templates = {
  key_expiring: keyExpiringMail(key, at),
  rotation_due: rotationDueMail(key, at),
  rotation_reminder: rotationReminderMail(key, at),
  key_exposed: keyExposedMail(key, exposed),
};

describe.each(Object.entries(templates))("the mail %s", (kind, mail) => {
  test("says the same in text and HTML, names the key and leads to its page", () => {
    expect(mail.subject).toContain("Production");
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain("gate_live_…9f2a");
      expect(body).toContain("http://localhost:3000/keys/key_1");
      expect(body).toContain("Gatehouse");
    }
  });

  test("loads nothing from anywhere and fits into 600 pixels", () => {
    expect(mail.html).not.toMatch(/<(img|link|script|iframe|video)|url\(|@import/i);
    expect(mail.html.match(/https?:\/\/[^"\s<]+/g)).toEqual(
      ["http://localhost:3000/keys/key_1", "http://localhost:3000/settings/notifications"].slice(
        0,
        kind === "key_exposed" ? 1 : 2,
      ),
    );
    const widths = [...mail.html.matchAll(/width:(\d+)px/g)].map(([, width]) => Number(width));
    expect(Math.max(...widths)).toBeLessThanOrEqual(600);
  });
});

test("times are told to the minute and in UTC", () => {
  expect(templates.key_expiring.text).toContain("28 November 2026 at 10:00 UTC");
  expect(templates.rotation_due.subject).toBe("Rotate Production by 28 November 2026");
});

describe("K07", () => {
  const name = "<b>x</b>\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>";
  const mail = keyExposedMail(
    { ...key, name },
    { source: "github", url: "https://github.com/a/b?x=\"><img src=x>'", reporter: "a\r\nb" },
  );

  test("markup in a name or an address is text in the HTML part", () => {
    expect(mail.html).toContain("&lt;b&gt;x&lt;/b&gt;");
    expect(mail.html).toContain("&quot;&gt;&lt;img src=x&gt;&#39;");
    expect(mail.html).not.toMatch(/<(b|script|img)\b/);
    expect(mail.text).toContain("<b>x</b>");
  });

  test("I28 a line break in a name begins no header and no line", () => {
    expect(mail.subject).not.toMatch(/\p{Cc}/u);
    expect(mail.subject).toContain("<b>x</b> Bcc: all@example.com");
    expect(mail.text.split("\n").filter((line) => line.startsWith("Bcc"))).toEqual([]);
  });
});
