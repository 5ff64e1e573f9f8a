import { expect, test } from "vitest";
import { contentSecurityPolicy, type PolicyChoice } from "@/lib/content-security-policy";

const built: PolicyChoice = {
  hashes: ["sha256-abc="],
  nonce: null,
  formTargets: [],
  isDevelopment: false,
  isHttps: true,
};

function directive(policy: string, name: string): string[] {
  const found = policy.split("; ").find((part) => part.startsWith(`${name} `));
  return found?.split(" ").slice(1) ?? [];
}

test("a built page runs scripts of our origin and those whose hash was written, and no others", () => {
  const policy = contentSecurityPolicy(built);
  expect(directive(policy, "script-src")).toEqual(["'self'", "'sha256-abc='"]);
  expect(directive(policy, "object-src")).toEqual(["'none'"]);
  expect(directive(policy, "base-uri")).toEqual(["'none'"]);
  expect(directive(policy, "frame-ancestors")).toEqual(["'none'"]);
  expect(directive(policy, "form-action")).toEqual(["'self'"]);
  expect(policy).toContain("upgrade-insecure-requests");
});

test("a page that is rendered for a request carries its nonce beside what was built", () => {
  const policy = contentSecurityPolicy({ ...built, nonce: "n0nce" });
  expect(directive(policy, "script-src")).toEqual(["'self'", "'nonce-n0nce'", "'sha256-abc='"]);
});

test("only the development server may evaluate text or be reached over plain http", () => {
  const production = contentSecurityPolicy({ ...built, isHttps: false });
  expect(production).not.toContain("unsafe-eval");
  expect(directive(production, "script-src")).not.toContain("'unsafe-inline'");
  expect(production).not.toContain("upgrade-insecure-requests");
  const development = contentSecurityPolicy({ ...built, isDevelopment: true });
  expect(directive(development, "script-src")).toContain("'unsafe-eval'");
});

test("forms may lead to the payment page that is configured", () => {
  const policy = contentSecurityPolicy({ ...built, formTargets: ["https://checkout.stripe.com"] });
  expect(directive(policy, "form-action")).toEqual(["'self'", "https://checkout.stripe.com"]);
});
