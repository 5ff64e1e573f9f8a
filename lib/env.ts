import { z } from "zod";
import { brand } from "@/lib/brand";

const port = z.coerce.number().int().min(1).max(65_535);

const weakSecrets = ["changeme", "secret", "password"];

const secret = z
  .string({ error: "is missing; set at least 32 random characters (openssl rand -base64 33)" })
  .min(32, "is too short; set at least 32 random characters (openssl rand -base64 33)")
  .refine(
    (value) => !weakSecrets.some((weak) => value.toLowerCase().startsWith(weak)),
    "is guessable; set at least 32 random characters (openssl rand -base64 33)",
  );

const origin = z
  .url({
    protocol: /^https?$/,
    error: "must be an http(s) origin such as https://console.example.com",
  })
  .transform((value) => new URL(value).origin);

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

const list = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );

const credential = z.string().max(1_024).optional();

const Variables = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  /** PostgreSQL; `npm start` fills it in with the embedded server. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
  /**
   * A pooler in front of it that pools by the transaction, such as PgBouncer, for what may go through one:
   * pages, admission and settlement. Leases, LISTEN, jobs and migrations go to DATABASE_URL.
   */
  DATABASE_POOL_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" })
    .optional(),
  /** Encrypts the session cookie. */
  AUTH_SECRET: secret,
  /** The one before, while it is being changed: what was encrypted under it still opens. */
  AUTH_SECRET_PREVIOUS: secret.optional(),
  /** The dashboard's own address, as people type it; actions compare `Origin` with it. */
  APP_ORIGIN: origin.optional(),
  /** The address of the API in snippets, without `/v1`; the dashboard's own origin serves it too. */
  API_ORIGIN: origin.optional(),
  PORT: port.default(3000),
  GATEWAY_PORT: port.default(4000),
  /** Where the dashboard finds the gateway, for its own `/v1` and the playground. */
  GATEWAY_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/, "must be a name or an address")
    .default("127.0.0.1"),
  /** Addresses whose `X-Forwarded-For` is believed, comma-separated. */
  TRUSTED_PROXIES: list,
  /** Dollars granted to a new workspace, as a decimal. */
  WELCOME_CREDIT_USD: z
    .string()
    .regex(/^\d{1,6}(\.\d{1,9})?$/, "must be a decimal number of dollars such as 5 or 0.50")
    .default("5"),
  /** Whether test keys open the sandbox, are refused with 401, or are the only ones accepted. */
  TEST_KEYS: z.enum(["sandbox", "reject", "only"]).default("sandbox"),
  /**
   * What keys begin with that were imported from another system, comma-separated; `*` for anything. Others
   * are refused without a look-up unless they have our own form.
   */
  IMPORTED_KEY_PREFIXES: list
    .refine(
      (prefixes) =>
        prefixes.every((one) => one === "*" || /^[A-Za-z0-9._~+/-]{2,32}$/.test(one)) &&
        prefixes.every((one) => !one.startsWith(`${brand.keyPrefix}_`)),
      "must be the starts of other systems' keys, such as sk-, with commas between",
    )
    .transform((prefixes) => prefixes.map((one) => (one === "*" ? "" : one))),
  /** What answers a request that the balance doesn't cover; by default as the brand's documents say. */
  INSUFFICIENT_BALANCE_STATUS: z
    .enum(["402", "403"])
    .optional()
    .transform((status) => (status ? Number(status) : brand.insufficientBalanceStatus)),
  /** 1 where `POST /v1/messages` must name `max_tokens`, as Anthropic's own API demands. */
  STRICT_MAX_TOKENS: z
    .enum(["0", "1"])
    .default("0")
    .transform((value) => value === "1"),
  /** Takes payments with Stripe: a secret or restricted key, of test or live mode. */
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_(test|live)_[0-9A-Za-z_]+$/, "must be a key such as sk_live_… or rk_live_…")
    .optional(),
  /** What Stripe signs its events with; several, comma-separated, while one is being changed. */
  STRIPE_WEBHOOK_SECRET: list.refine(
    (secrets) => secrets.every((one) => /^whsec_[\x21-\x7e]{8,}$/.test(one)),
    "must be the endpoint's signing secret, whsec_…, or several with commas between",
  ),
  /** Where Stripe's API is, for tests with a server that stands in for it. */
  STRIPE_API_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://api.stripe.com" })
    .refine(
      (value) => value.startsWith("https:") || isLoopback(new URL(value).hostname),
      "must be https, because the secret key is sent there",
    )
    .optional(),
  /** 1 lets the built-in demo payment provider, which takes no money, work in production too. */
  DEMO_MODE: z
    .enum(["0", "1"])
    .default("0")
    .transform((value) => value === "1"),
  /** Signs the events of the built-in demo payment provider. */
  DEMO_WEBHOOK_SECRET: secret.optional(),
  /** The mail server, `smtp://user:password@host:587` or `smtps://`; without one mail stays in the outbox. */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: "must be smtp://user:password@host:587 or smtps://…" })
    .optional(),
  /** The sender, as an address or `Name <address>`. */
  MAIL_FROM: z
    .string()
    .regex(
      /^([^<>\p{Cc}]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/u,
      "must be an address such as Gatehouse <no-reply@example.com>",
    )
    .optional(),
  /** Signing in with an OpenID Connect provider: its issuer, our client there, and its name on the button. */
  AUTH_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://id.example.com" })
    .refine(
      (value) => value.startsWith("https:") || isLoopback(new URL(value).hostname),
      "must be https, because the client's secret is sent there",
    )
    .optional(),
  AUTH_OIDC_CLIENT_ID: credential,
  AUTH_OIDC_CLIENT_SECRET: credential,
  AUTH_OIDC_NAME: z.string().min(1).max(40).default("Single sign-on"),
  /** Signing in with GitHub: an OAuth app's client id and secret. */
  AUTH_GITHUB_ID: credential,
  AUTH_GITHUB_SECRET: credential,
  /** Signing in with Google: an OAuth client's id and secret. */
  AUTH_GOOGLE_ID: credential,
  AUTH_GOOGLE_SECRET: credential,
  /** A JSON file that names the upstreams and models (`docs/upstreams.md`). */
  GATEHOUSE_CONFIG: z.string().optional(),
  /** What GitHub signs its reports of leaked keys with: an address, or its JSON or a PEM itself. */
  GITHUB_SECRET_SCANNING_KEYS: z
    .string()
    .default("https://api.github.com/meta/public_keys/secret_scanning"),
  /**
   * 1 lets webhooks go to plain http and to addresses that aren't public. For development only: with it
   * anybody with an account can have this machine call what only it can reach.
   */
  WEBHOOK_PRIVATE_ADDRESSES: z
    .enum(["0", "1"])
    .default("0")
    .transform((value) => value === "1"),
  /**
   * How long gateway and dashboard go on as before after SIGTERM, while `/readyz` says no: as long as whoever
   * sends them requests needs to notice.
   */
  SHUTDOWN_NOTICE_SECONDS: z.coerce.number().int().min(0).max(60).default(0),
  /**
   * Where `/metrics`, `/healthz` and `/readyz` of web are; those of gateway and worker are on the next two
   * ports. Unset, nobody listens there.
   */
  METRICS_PORT: z.coerce.number().int().min(1).max(65_533).optional(),
  /** The address that the private ports listen on: this machine's own unless set. */
  METRICS_HOST: z.string().max(253).default("127.0.0.1"),
  /** Where traces go, by OTLP over HTTP, without `/v1/traces`; unset, there are none. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be an address such as http://localhost:4318" })
    .optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

/** What makes no sense one without the other. */
const together: readonly (readonly (keyof z.infer<typeof Variables>)[])[] = [
  ["AUTH_OIDC_ISSUER", "AUTH_OIDC_CLIENT_ID", "AUTH_OIDC_CLIENT_SECRET"],
  ["AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET"],
  ["AUTH_GOOGLE_ID", "AUTH_GOOGLE_SECRET"],
];

const Environment = Variables.superRefine((env, context) => {
  for (const names of together) {
    const missing = names.filter((name) => env[name] === undefined);
    if (missing.length === 0 || missing.length === names.length) continue;
    for (const name of missing) {
      const message = `is missing; it belongs to ${names.filter((one) => one !== name).join(" and ")}`;
      context.addIssue({ code: "custom", path: [name], message });
    }
  }
})
  .refine((env) => env.SMTP_URL === undefined || env.MAIL_FROM !== undefined, {
    path: ["MAIL_FROM"],
    message: "is missing; SMTP_URL needs a sender such as Gatehouse <no-reply@example.com>",
  })
  .refine((env) => env.STRIPE_SECRET_KEY === undefined || env.STRIPE_WEBHOOK_SECRET.length > 0, {
    path: ["STRIPE_WEBHOOK_SECRET"],
    message: "is missing; without it nobody could tell Stripe's events from forged ones",
  });

export type Environment = z.infer<typeof Environment>;

let cached: Environment | undefined;

/**
 * The checked environment, read once. Throws an Error that names every variable that is missing or
 * wrong; values never appear in it, because some are secrets.
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Environment {
  if (cached && source === process.env) return cached;
  const { env, problems } = checkEnv(source);
  if (!env) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
    throw new Error(`The environment is not complete:\n${lines.join("\n")}`);
  }
  if (source === process.env) cached = env;
  return env;
}

/** Every variable that is read here. */
export const variableNames = Object.keys(Variables.shape);

export interface VariableProblem {
  variable: string;
  message: string;
}

/** The same as `readEnv` without throwing: the environment, or what is wrong with it. */
export function checkEnv(source: Record<string, string | undefined>): {
  env: Environment | null;
  problems: VariableProblem[];
} {
  // An empty variable is an unset one: that is how shells and compose files spell it.
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = Environment.safeParse(given);
  if (parsed.success) return { env: parsed.data, problems: [] };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    variable: path.join("."),
    message,
  }));
  return { env: null, problems };
}

/** The dashboard's origin: what is configured, else where `npm start` serves it. */
export function appOrigin(env: Environment = readEnv()): string {
  return env.APP_ORIGIN ?? `http://localhost:${env.PORT}`;
}

/** The same as it is shown in answers and texts; never in a link that holds a secret. */
export function shownAppOrigin(env: Environment = readEnv()): string {
  return brand.appOrigin ?? appOrigin(env);
}

/** The base address that SDKs get, ending in `/v1`, as it is shown: an operator may name another. */
export function apiBaseUrl(env: Environment = readEnv()): string {
  return `${brand.apiOrigin ?? env.API_ORIGIN ?? appOrigin(env)}/v1`;
}
