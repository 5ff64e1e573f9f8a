import { expect, it } from "vitest";
import { apiBaseUrl, appOrigin, readEnv } from "@/lib/env";

const complete = {
  DATABASE_URL: "postgres://localhost/gatehouse",
  AUTH_SECRET: "0123456789abcdef0123456789abcdef",
};

it("names every variable that is missing or wrong, and never its value", () => {
  const read = () =>
    readEnv({ ...complete, AUTH_SECRET: "hunter2", PORT: "http", APP_ORIGIN: "example.com" });
  expect(read).toThrow(/AUTH_SECRET is too short/);
  expect(read).toThrow(/PORT/);
  expect(read).toThrow(/APP_ORIGIN must be an http\(s\) origin/);
  expect(read).not.toThrow(/hunter2/);
});

it.each(["changeme-changeme-changeme-changeme", "password".repeat(5)])(
  "a guessable AUTH_SECRET is refused",
  (AUTH_SECRET) => {
    expect(() => readEnv({ ...complete, AUTH_SECRET })).toThrow(/AUTH_SECRET is guessable/);
  },
);

it("an empty variable is an unset one", () => {
  expect(readEnv({ ...complete, PORT: "", APP_ORIGIN: "" }).PORT).toBe(3000);
});

it("the API's address is its own where it has one, else the dashboard's", () => {
  const env = readEnv({ ...complete, PORT: "8080" });
  expect(appOrigin(env)).toBe("http://localhost:8080");
  expect(apiBaseUrl(env)).toBe("http://localhost:8080/v1");
  const own = readEnv({ ...complete, API_ORIGIN: "https://api.example.com/" });
  expect(apiBaseUrl(own)).toBe("https://api.example.com/v1");
});

it("a mail server needs a sender, and neither can be nonsense", () => {
  const SMTP_URL = "smtp://ada:hunter2@smtp.example.com:587";
  expect(() => readEnv({ ...complete, SMTP_URL })).toThrow(/MAIL_FROM is missing/);
  expect(() => readEnv({ ...complete, SMTP_URL })).not.toThrow(/hunter2/);
  expect(() => readEnv({ ...complete, SMTP_URL: "http://smtp.example.com" })).toThrow(/SMTP_URL/);
  for (const MAIL_FROM of ["nobody", "A <a@b>\r\nBcc: c@d", "A <a@b> <c@d>"]) {
    expect(() => readEnv({ ...complete, SMTP_URL, MAIL_FROM })).toThrow(/MAIL_FROM must be/);
  }
  const MAIL_FROM = "Gatehouse <no-reply@example.com>";
  expect(readEnv({ ...complete, SMTP_URL, MAIL_FROM })).toMatchObject({ SMTP_URL, MAIL_FROM });
});

it("Stripe's key needs a webhook secret that isn't blank, and neither can be nonsense", () => {
  const STRIPE_SECRET_KEY = "sk_test_51Hunter2";
  for (const STRIPE_WEBHOOK_SECRET of [undefined, "", " ", ",", " , ,"]) {
    const read = () => readEnv({ ...complete, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET });
    expect(read).toThrow(/STRIPE_WEBHOOK_SECRET is missing/);
    expect(read).not.toThrow(/Hunter2/);
  }
  for (const STRIPE_WEBHOOK_SECRET of ["whsec_", "hunter2", "whsec_0123456789,hunter2"]) {
    const read = () => readEnv({ ...complete, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET });
    expect(read).toThrow(/STRIPE_WEBHOOK_SECRET must be/);
    expect(read).not.toThrow(/hunter2/);
  }
  expect(() => readEnv({ ...complete, STRIPE_SECRET_KEY: "pk_test_1" })).toThrow(
    /STRIPE_SECRET_KEY must be/,
  );
  const both = "whsec_0123456789, whsec_9876543210";
  expect(
    readEnv({ ...complete, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET: both }).STRIPE_WEBHOOK_SECRET,
  ).toEqual(["whsec_0123456789", "whsec_9876543210"]);
});

it("Stripe's key goes over https, or to this very machine", () => {
  const read = (STRIPE_API_URL: string) => readEnv({ ...complete, STRIPE_API_URL }).STRIPE_API_URL;
  for (const url of ["https://api.example.com", "http://127.0.0.1:12111", "http://[::1]:1"]) {
    expect(read(url)).toBe(url);
  }
  for (const url of ["http://api.stripe.com", "http://127.0.0.1.example.com", "ftp://localhost"]) {
    expect(() => read(url)).toThrow(/STRIPE_API_URL/);
  }
});

it("a way to sign in is configured whole or not at all, and never sends its secret in clear", () => {
  const issuer = { AUTH_OIDC_ISSUER: "https://id.example.com" };
  expect(() => readEnv({ ...complete, ...issuer })).toThrow(/AUTH_OIDC_CLIENT_ID is missing/);
  expect(() => readEnv({ ...complete, AUTH_GITHUB_ID: "x" })).toThrow(/AUTH_GITHUB_SECRET/);
  expect(() => readEnv({ ...complete, AUTH_GOOGLE_SECRET: "hunter2" })).toThrow(/AUTH_GOOGLE_ID/);
  const client = { AUTH_OIDC_CLIENT_ID: "x", AUTH_OIDC_CLIENT_SECRET: "y" };
  expect(readEnv({ ...complete, ...issuer, ...client }).AUTH_OIDC_NAME).toBe("Single sign-on");
  const plain = { ...client, AUTH_OIDC_ISSUER: "http://id.example.com" };
  expect(() => readEnv({ ...complete, ...plain })).toThrow(/AUTH_OIDC_ISSUER must be https/);
});
