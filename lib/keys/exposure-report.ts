import "server-only";
import { z } from "zod";
import { brand } from "@/lib/brand";
import type { Finding } from "@/lib/keys/exposure";
import { hashSecret, parseSecret, secretPattern } from "@/lib/keys/secret";

const urlCharsMax = 2_000;

/** An address as it is kept and shown; null for what isn't one of the web's. */
export function storableUrl(text: string | null | undefined): string | null {
  if (!text || text.length > urlCharsMax || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  // An address with a secret in it, ours or a password, would spread what was to be stopped.
  if (url.username !== "" || url.password !== "") return null;
  return url.href.length > urlCharsMax || secretPattern().test(url.href) ? null : url.href;
}

/** What GitHub reports: an array of these. It may grow other fields. */
export const GitHubReport = z.array(
  z.object({
    token: z.string(),
    type: z.string(),
    url: z.string().nullish(),
  }),
);
export type GitHubReport = z.infer<typeof GitHubReport>;

/** What GitHub takes as feedback; the hash stands for the token, which needn't travel once more. */
export interface ReportAnswer {
  /** SHA-256 of the token, in hex. */
  token_hash: string;
  token_type: string;
  label: "true_positive" | "false_positive";
}

/** The findings of a report that can be ours: what has not even the form of a key isn't looked up. */
export function findingsOf(report: GitHubReport): Finding[] {
  return report
    .filter(({ token }) => parseSecret(token) !== null)
    .map(({ token, url }) => ({
      hash: hashSecret(token).toString("hex"),
      source: "github",
      url: storableUrl(url),
    }));
}

/** One answer for each token of the report, in its order. */
export function answerReport(report: GitHubReport, known: ReadonlySet<string>): ReportAnswer[] {
  return report.map(({ token, type }) => {
    const hash = hashSecret(token).toString("hex");
    return {
      token_hash: hash,
      token_type: type,
      label: known.has(hash) ? "true_positive" : "false_positive",
    };
  });
}

/** What others need to recognise our keys in text; published. */
export function describeKeyForm(): {
  name: string;
  type: string;
  prefixes: string[];
  pattern: string;
  checksum: string;
} {
  const { name, keyPrefix } = brand;
  return {
    name: `${name} API key`,
    type: `${keyPrefix}_api_key`,
    prefixes: [`${keyPrefix}_live_`, `${keyPrefix}_test_`],
    pattern: secretPattern().source,
    checksum:
      "The last 6 characters are the CRC-32 (IEEE 802.3) of the 30 before them, in base62 with the alphabet 0-9A-Za-z, most significant digit first.",
  };
}

const pastedMax = 4_096;
const keysMax = 20;

const noKeyMessage = `There is no key in this. A key is ${brand.keyPrefix}_live_ or ${brand.keyPrefix}_test_ and 36 letters and digits.`;
const brokenKeyMessage =
  "This key isn't complete: a character is missing or wrong. Copy it from where you found it.";

/** The keys inside what somebody pasted, which may be a whole line around them. */
const PastedKeys = z
  .string({ error: "Paste the key." })
  .trim()
  .min(1, { error: "Paste the key." })
  .max(pastedMax, { error: "This is too long. Paste only the key." })
  .transform((text, context): string[] => {
    const found = [...new Set(text.match(secretPattern()) ?? [])];
    const keys = found.filter((key) => parseSecret(key) !== null);
    if (keys.length > 0 && keys.length <= keysMax) return keys;
    const message =
      keys.length > keysMax
        ? `Report at most ${keysMax} keys at a time.`
        : found.length > 0
          ? brokenKeyMessage
          : noKeyMessage;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

const blankAsNull = (text: string) => (text === "" ? null : text);

/** The form for leaked keys. */
export const ReportKey = z.object({
  key: PastedKeys,
  url: z
    .string({ error: "Enter an address, or leave it empty." })
    .trim()
    .transform(blankAsNull)
    .refine((url) => url === null || storableUrl(url) !== null, {
      error: "Enter a web address that begins with https://, or leave it empty.",
    })
    .transform((url) => storableUrl(url)),
  email: z
    .string({ error: "Enter an address, or leave it empty." })
    .trim()
    .transform(blankAsNull)
    .refine(
      (email) => email === null || (email.length <= 254 && z.email().safeParse(email).success),
      {
        error: "Enter an e-mail address, or leave it empty.",
      },
    ),
});
export type ReportKey = z.infer<typeof ReportKey>;

/** The findings of a filled-in form. */
export function findingsOfForm(report: ReportKey): Finding[] {
  return report.key.map((key) => ({
    hash: hashSecret(key).toString("hex"),
    source: "form",
    url: report.url,
  }));
}
