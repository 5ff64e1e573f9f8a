import { afterEach, expect, it, vi } from "vitest";
import { accentFrom } from "@/lib/accent";
import { noChoice, setBrandChoice } from "@/lib/brand";
import {
  addressInUseMail,
  passwordChangedMail,
  resetMail,
  secondFactorMail,
  signInMail,
  signUpMail,
  verifyMail,
} from "@/lib/mail/account-templates";
import { renderMail } from "@/lib/mail/message";

afterEach(() => {
  setBrandChoice(noChoice);
  vi.unstubAllEnvs();
});

const content = {
  ...{ subject: "A subject", heading: "A heading", paragraphs: ["A paragraph."] },
  ...{ action: { label: "Open", url: "https://console.example.com/keys" }, reason: "Because." },
};

it("a mail has the name, the support address and the accent of the moment it is written in", () => {
  const before = renderMail(content);
  const accent = accentFrom("#a02020");
  setBrandChoice({ ...noChoice, name: "Acme", supportEmail: "help@acme.example", accent });
  const after = renderMail(content);
  for (const body of [after.text, after.html]) {
    expect(body).toContain("Acme");
    expect(body).toContain("help@acme.example");
    expect(body).not.toContain("Gatehouse");
  }
  expect(before.html).not.toContain(accent?.light.accent);
  expect(after.html).toContain(`background:${accent?.light.accent}`);
  expect(after.html).toContain(`background: ${accent?.dark.accent}`);
});

it("every mail about an account says the name and the address of the moment", () => {
  vi.stubEnv("DATABASE_URL", "postgres://unused@localhost/unused");
  vi.stubEnv("AUTH_SECRET", "a secret for tests that is long enough");
  setBrandChoice({ ...noChoice, name: "Acme", supportEmail: "help@acme.example" });
  const act = { at: new Date(0), device: "A browser", address: null };
  const link = "https://console.example.com/link/reset?token=tok_x.secret";
  const mails = [
    ...[resetMail(link), signUpMail(link), verifyMail(link), signInMail(link)].flatMap((mail) => [
      mail.message,
      mail.secretMessage,
    ]),
    ...[passwordChangedMail(act), secondFactorMail("enabled", act), addressInUseMail()],
  ];
  for (const mail of mails) {
    const texts = [mail.subject, mail.text, mail.html].join("\n");
    expect(texts, mail.subject).not.toContain("Gatehouse");
    expect(texts, mail.subject).toContain("at Acme.");
    expect(mail.text).toContain("Write to help@acme.example.");
  }
});

it("a name is text in a mail, and a mail stays without anything remote", () => {
  const logoHref = `/brand/${"a".repeat(64)}`;
  setBrandChoice({ ...noChoice, name: '<img src=x onerror="alert(1)">&', logoHref });
  const { html } = renderMail(content);
  expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;");
  expect(html).not.toMatch(/<img|\/brand\//);
});
