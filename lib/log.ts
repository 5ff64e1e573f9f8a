import pino from "pino";
import { brand } from "@/lib/brand";

/** Anything that has the form of one of our keys, whatever field or message it is in. */
const keyPattern = new RegExp(`\\b${brand.keyPrefix}_(live|test)_[0-9A-Za-z]{36}\\b`, "g");

/** The same for keys that were imported: they begin with what the deployment says, and are long. */
const importedPattern = importedPatternOf(process.env.IMPORTED_KEY_PREFIXES ?? "");

function importedPatternOf(prefixes: string): RegExp | null {
  const starts = prefixes
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "" && one !== "*")
    .map((one) => one.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  if (starts.length === 0) return null;
  return new RegExp(`(?<![A-Za-z0-9])(${starts.join("|")})[A-Za-z0-9._~+/-]{8,}`, "g");
}

/** Takes key secrets out of a text; the last four characters stay, as everywhere. */
export function redactKeys(text: string): string {
  const own = text.replace(
    keyPattern,
    (key) => `${key.slice(0, brand.keyPrefix.length + 6)}…${key.slice(-4)}`,
  );
  if (!importedPattern) return own;
  return own.replace(importedPattern, (key, start: string) => `${start}…${key.slice(-4)}`);
}

/** Secrets of others by their form, and what keeps them recognisable. */
const othersSecrets: readonly (readonly [RegExp, string])[] = [
  // Stripe's, and those that webhooks are signed with.
  [/\b((?:sk|rk)_(?:live|test)|whsec)_[0-9A-Za-z+/=_-]{8,}/g, "$1_[redacted]"],
  // Model providers' keys.
  [/\b(sk-(?:ant-|proj-)?)[0-9A-Za-z_-]{16,}/g, "$1[redacted]"],
  [/\b(bearer|basic)(\s+)[0-9A-Za-z._~+/=-]{8,}/gi, "$1$2[redacted]"],
  // The password in an address such as postgres://user:password@host.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*:)[^\s@"]+@/gi, "$1[redacted]@"],
];

/** Takes whatever has the form of a secret out of a line of the log. */
function redactLine(line: string): string {
  return othersSecrets.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    redactKeys(line),
  );
}

const destination = {
  write(line: string): void {
    process.stdout.write(redactLine(line));
  },
};

/** A failed query's message ends in its parameters: addresses, hashes, sealed secrets. */
function withoutParameters(message: string): string {
  return message.replace(/\nparams: [\s\S]*$/, "");
}

const causesMax = 4;

/**
 * What the log keeps of an error: what it is called, what it says, where it was thrown, and its causes. Other
 * fields of errors hold what was being worked on, such as a query's values.
 */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === "string" ? error : typeof error;
  const { name, message, stack = "", cause } = error;
  const code = "code" in error ? error.code : undefined;
  const at = stack.indexOf(message);
  const frames = at < 0 ? stack : stack.slice(at + message.length);
  return {
    type: name,
    message: withoutParameters(message),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    stack: frames.trimStart(),
    ...(cause !== undefined && depth < causesMax ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

const secretFields = ["authorization", "cookie", "set-cookie", "x-api-key", "password", "secret"];

/** Structured logs, one JSON object a line; credentials are removed before a line is written. */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === "test" ? "silent" : "info"),
    base: null,
    serializers: { err: (error: unknown) => describeError(error) },
    redact: {
      paths: secretFields.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: "[redacted]",
    },
  },
  destination,
);

/** Names the process in each line, for those who read the lines of several together. */
export function nameProcess(service: "web" | "gateway" | "worker"): void {
  log.setBindings({ service });
}
