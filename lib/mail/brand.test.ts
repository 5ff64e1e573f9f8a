import { afterEach, expect, it } from "vitest";
import { accentFrom } from "@/lib/accent";
import { noChoice, setBrandChoice } from "@/lib/brand";
import { renderMail } from "@/lib/mail/message";

afterEach(() => setBrandChoice(noChoice));

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

it("a name is text in a mail, and a mail stays without anything remote", () => {
  const logoHref = `/brand/${"a".repeat(64)}`;
  setBrandChoice({ ...noChoice, name: '<img src=x onerror="alert(1)">&', logoHref });
  const { html } = renderMail(content);
  expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;");
  expect(html).not.toMatch(/<img|\/brand\//);
});
