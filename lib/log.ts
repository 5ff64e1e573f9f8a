import pino from "pino";
import { brand } from "@/lib/brand";

/** Anything that has the form of one of our keys, whatever field or message it is in. */
const keyPattern = new RegExp(`\\b${brand.keyPrefix}_(live|test)_[0-9A-Za-z]{36}\\b`, "g");

/** Takes key secrets out of a text; the last four characters stay, as everywhere. */
export function redactKeys(text: string): string {
  return text.replace(
    keyPattern,
    (key) => `${key.slice(0, brand.keyPrefix.length + 6)}…${key.slice(-4)}`,
  );
}

const destination = {
  write(line: string): void {
    process.stdout.write(redactKeys(line));
  },
};

/** Structured logs, one JSON object a line; credentials are removed before a line is written. */
export const log = pino(
  {
    level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === "test" ? "silent" : "info"),
    base: null,
    redact: {
      paths: [
        "*.authorization",
        "*.cookie",
        "*.password",
        "*.secret",
        "headers.authorization",
        "headers.cookie",
        'headers["x-api-key"]',
      ],
      censor: "[redacted]",
    },
  },
  destination,
);
