import { beforeAll, expect, test } from "vitest";
import {
  connectionMail,
  emailChangedMail,
  passwordChangedMail,
  resetMail,
  secondFactorMail,
  signInMail,
  signUpMail,
} from "@/lib/mail/account-templates";

beforeAll(() => {
  process.env.DATABASE_URL ??= "postgres://unused@localhost/unused";
  process.env.AUTH_SECRET ??= "a secret for tests that is long enough";
});

const link = "https://console.example.com/link/reset?token=tok_x.secret";
const act = { at: new Date(0), device: "<b>x</b>\r\nBcc: a@evil.test", address: null };

test("a secret link is in the copy that is sent and not in the one that is kept", () => {
  for (const { message, secretMessage } of [resetMail(link), signInMail(link), signUpMail(link)]) {
    expect(secretMessage.text).toContain(link);
    expect(secretMessage.html).toContain(link);
    expect(JSON.stringify(message)).not.toContain("token=");
    expect(message.subject).toBe(secretMessage.subject);
  }
});

test("K07 what strangers write stands as text, on one line", () => {
  const provider = "<img src=x>\r\nBcc: a@evil.test";
  for (const mail of [
    passwordChangedMail(act),
    secondFactorMail("enabled", act),
    connectionMail("connected", provider, act),
    emailChangedMail("new@example.com", act),
  ]) {
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.html).not.toMatch(/<b>|<img/);
    expect(mail.text).not.toMatch(/^Bcc:/m);
  }
});
