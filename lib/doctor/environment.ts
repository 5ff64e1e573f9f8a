import { readConfiguration } from "@/lib/configuration";
import { type Finding, findingsOf } from "@/lib/doctor/finding";
import { checkEnv, type Environment, variableNames } from "@/lib/env";

type Source = Record<string, string | undefined>;

const { ok, warn, fail, skip } = findingsOf("configuration");

/** Variables whose value may be shown to whoever reads the report. */
const shown = new Set([
  ...[
    "NODE_ENV",
    "APP_ORIGIN",
    "API_ORIGIN",
    "PORT",
    "GATEWAY_PORT",
    "METRICS_PORT",
    "METRICS_HOST",
    "SHUTDOWN_NOTICE_SECONDS",
  ],
  ...["TRUSTED_PROXIES", "WELCOME_CREDIT_USD", "TEST_KEYS", "INSUFFICIENT_BALANCE_STATUS"],
  ...["STRICT_MAX_TOKENS", "DEMO_MODE", "AUTH_OIDC_NAME", "WEBHOOK_PRIVATE_ADDRESSES", "LOG_LEVEL"],
  ...["MAIL_FROM", "GATEHOUSE_CONFIG"],
]);

/** Read by the launcher, the build or the packages that we use, and not by `lib/env.ts`. */
const othersVariables = [
  ...["AUTH_URL", "AUTH_TRUST_HOST", "BRAND", "DATA_DIR", "DEMO", "DEMO_PASSWORD", "HOST"],
  ...["NEXT_DIST_DIR", "NEXT_TELEMETRY_DISABLED", "NODE_OPTIONS"],
];

const secretBytesMin = 32;
const distinctMin = 12;

/** Each variable: whether it is set as it has to be. Values are shown of those alone that are no secret. */
export function checkVariables(source: Source): { findings: Finding[]; env: Environment | null } {
  const { env, problems } = checkEnv(source);
  const findings = variableNames.map((name): Finding => {
    const own = problems.filter((problem) => problem.variable === name);
    if (own.length > 0) {
      return fail(name, own.map(({ message }) => message).join("; "), `Set ${name}.`);
    }
    const value = source[name] ?? "";
    if (value === "") return skip(name, "not set; its default is used");
    return ok(name, shown.has(name) ? `is ${value}` : "is set");
  });
  return { findings, env };
}

/** Names in the file `.env` that nobody reads, which are slips of the pen more often than not. */
export function checkNames(dotenv: Source): Finding[] {
  const known = new Set<string>([...variableNames, ...othersVariables]);
  return Object.keys(dotenv)
    .filter((name) => !known.has(name) && !/^(OTEL|NEXT_PUBLIC|STRIPE|PG)/.test(name))
    .map((name) => {
      const meant = nearest(name, [...known]);
      const says = "is in .env, and nobody reads it";
      return warn(name, says, meant ? `Did you mean ${meant}?` : "Remove it, if it is a slip.");
    });
}

function nearest(name: string, names: string[]): string | null {
  const near = names.filter((one) => distance(name, one) <= 2);
  return near.sort((a, b) => distance(name, a) - distance(name, b))[0] ?? null;
}

/** Levenshtein's: how many letters are to be added, left out or changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j++) {
      const [left = 0, above = 0, corner = 0] = [next[j - 1], row[j], row[j - 1]];
      next.push(Math.min(left + 1, above + 1, corner + (letter === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** How hard the deployment's own secrets are to guess, as far as their text tells. */
export function checkSecrets(source: Source): Finding[] {
  const secrets = ["AUTH_SECRET", "AUTH_SECRET_PREVIOUS", "DEMO_WEBHOOK_SECRET"];
  const findings = secrets.flatMap((name) => {
    const value = source[name] ?? "";
    if (value === "") return [];
    const mend = `Make another one: openssl rand -base64 33 (docs/operations.md tells how to change it).`;
    const distinct = new Set(value).size;
    if (value.length < secretBytesMin) return [fail(name, "is too short to be safe", mend)];
    if (distinct < distinctMin || isRepetitive(value)) {
      return [fail(name, "repeats itself: it can be guessed", mend)];
    }
    return [ok(name, `looks random (${value.length} characters)`)];
  });
  const { AUTH_SECRET, DEMO_WEBHOOK_SECRET } = source;
  if (AUTH_SECRET && AUTH_SECRET === DEMO_WEBHOOK_SECRET) {
    const says = "is AUTH_SECRET again";
    findings.push(fail("DEMO_WEBHOOK_SECRET", says, "Give each secret a value of its own."));
  }
  return findings;
}

/** Whether a text is one piece again and again, or letters in a row. */
function isRepetitive(text: string): boolean {
  if (/^(.{1,16})\1+.{0,15}$/s.test(text)) return true;
  const steps = [...text].slice(1).map((_, i) => text.charCodeAt(i + 1) - text.charCodeAt(i));
  return steps.filter((step) => step === 1 || step === 0).length > steps.length / 2;
}

/** What is right by itself and wrong together, once the deployment is meant seriously. */
export function checkTogether(env: Environment): Finding[] {
  const findings: Finding[] = [];
  const origin = env.APP_ORIGIN ?? "";
  const isPublic = origin !== "" && !/^https?:\/\/(localhost|127\.|\[::1\])/.test(origin);
  const note = (subject: string, says: string, mend: string) =>
    findings.push((isPublic ? fail : warn)(subject, says, mend));
  if (origin === "") {
    const mend = "Set the address that people type, or their actions are refused.";
    findings.push(warn("APP_ORIGIN", "is not set: the dashboard works on localhost only", mend));
  } else if (isPublic && !origin.startsWith("https:")) {
    note(
      "APP_ORIGIN",
      "is plain http: passwords and cookies cross the network in clear",
      "Use https.",
    );
  }
  if (isPublic && env.TRUSTED_PROXIES.length === 0) {
    const says = "is not set: behind a proxy, all callers seem to come from it";
    const mend = "Set the proxy's addresses, or ignore this where nothing stands in front.";
    findings.push(warn("TRUSTED_PROXIES", says, mend));
  }
  if (env.WEBHOOK_PRIVATE_ADDRESSES) {
    const says = "lets customers have this machine call addresses that only it can reach";
    note("WEBHOOK_PRIVATE_ADDRESSES", says, "Set it to 0 outside development.");
  }
  if (env.DEMO_MODE && env.STRIPE_SECRET_KEY === undefined) {
    const says = "offers demo payments, which give credit for nothing";
    note("DEMO_MODE", says, "Set DEMO=0, and STRIPE_SECRET_KEY to take money.");
  }
  const isLoopback = /^(127\.|::1$|localhost$)/.test(env.METRICS_HOST);
  if (env.METRICS_PORT !== undefined && !isLoopback) {
    const mend = "Let a firewall see to it that only Prometheus reaches it.";
    findings.push(warn("METRICS_HOST", "opens the metrics to others than this machine", mend));
  }
  return findings;
}

/** The file of upstreams and models. */
export function checkConfigurationFile(path: string | undefined, source: Source): Finding[] {
  if (path === undefined) return [skip("GATEHOUSE_CONFIG", "no file of upstreams and models")];
  try {
    const { upstreams, models } = readConfiguration(path, source);
    return [ok(path, `${upstreams.length} upstreams, ${models.length} models`)];
  } catch (error) {
    const says = error instanceof Error ? error.message : "can't be read";
    return [fail(path, says, "Mend the file as docs/upstreams.md has it.")];
  }
}
