import { durationText } from "@/app/(dashboard)/keys/[id]/until-text";
import { exactTimeText } from "@/components/relative-time-text";
import { dayYearText } from "@/lib/day-text";

export interface ActText {
  /** `renamed the key` */
  what: string;
  /** What changed or how, a line each: `Scopes: read → read, write`. */
  more: string[];
}

type Details = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Details {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const instantPattern = /^\d{4}-\d{2}-\d{2}T/;

/** The fields of an update, as their readers know them, and how their values read. */
const fields: Record<string, { label: string; text?: (value: string) => string }> = {
  scopes: { label: "Scopes" },
  expiresAt: { label: "Expiry" },
  models: { label: "Models" },
  addresses: { label: "Addresses" },
  rateLimit: { label: "Requests an hour" },
  rotationDays: { label: "Rotation", text: (days) => `every ${days} days` },
  capDay: { label: "Cap a day", text: (usd) => `$${usd}` },
  capWeek: { label: "Cap a week", text: (usd) => `$${usd}` },
  capMonth: { label: "Cap a month", text: (usd) => `$${usd}` },
  capTotal: { label: "Cap in total", text: (usd) => `$${usd}` },
};

/** What an absent limit is called. */
const unset: Record<string, string> = {
  expiresAt: "never",
  models: "all",
  addresses: "any",
  rateLimit: "no limit",
};

function valueText(field: string, value: unknown): string {
  if (value === null || value === undefined) return unset[field] ?? "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  const text = String(value);
  if (instantPattern.test(text)) return dayYearText(new Date(text));
  return fields[field]?.text?.(text) ?? text;
}

/** `FIELD.from` and `FIELD.to` side by side, a line each. */
function changeLines(details: Details): string[] {
  return Object.keys(details).flatMap((name) => {
    const field = /^(.+)\.to$/.exec(name)?.[1];
    if (field === undefined) return [];
    const [from, to] = [details[`${field}.from`], details[name]];
    const label = fields[field]?.label ?? field;
    return [`${label}: ${valueText(field, from)} → ${valueText(field, to)}`];
  });
}

function secretLine({ last4 }: Details): string[] {
  return typeof last4 === "string" ? [`…${last4}`] : [];
}

/** `…9aXz takes over from …3f9c` */
function successionLine({ last4, oldLast4 }: Details): string[] {
  if (typeof last4 !== "string" || typeof oldLast4 !== "string") return [];
  return [`…${last4} takes over from …${oldLast4}`];
}

function graceLine({ graceSeconds }: Details): string[] {
  if (typeof graceSeconds !== "number") return [];
  return [graceSeconds === 0 ? "without an overlap" : `${durationText(graceSeconds)} of overlap`];
}

function instantLine(label: string, value: unknown): string[] {
  if (typeof value !== "string" || !instantPattern.test(value)) return [];
  return [`${label} ${exactTimeText(new Date(value))}`];
}

/** What each act is called, and what of its details is worth a line. */
const acts: Record<string, { what: string; more?: (details: Details) => string[] }> = {
  created: { what: "created the key", more: secretLine },
  imported: { what: "imported the key", more: secretLine },
  renamed: {
    what: "renamed the key",
    more: ({ from, to }) => [`“${String(from)}” → “${String(to)}”`],
  },
  updated: { what: "changed the key", more: changeLines },
  disabled: { what: "disabled the key" },
  enabled: { what: "enabled the key" },
  revoked: {
    what: "revoked the key",
    more: ({ reason }) => (reason === "exposed" ? ["because it was exposed"] : []),
  },
  exposed: {
    what: "saw the key in public",
    more: ({ source, url }) => [
      source === "github" ? "reported by GitHub’s secret scanning" : "reported by somebody",
      ...(typeof url === "string" ? [url] : []),
    ],
  },
  revoke_undone: { what: "undid the revocation" },
  rotated: {
    what: "made a new secret",
    more: (details) => [...successionLine(details), ...graceLine(details)],
  },
  secret_activated: {
    what: "first used the new secret",
    more: (details) => [
      ...successionLine(details),
      ...instantLine("the old one works until", details.retiresAt),
    ],
  },
  rotation_cancelled: { what: "cancelled the rotation", more: secretLine },
  old_secret_retired: { what: "retired the old secret", more: secretLine },
  overlap_extended: {
    what: "extended the overlap",
    more: (details) => [...secretLine(details), ...instantLine("works until", details.to)],
  },
  rotation_due: {
    what: "asked for a rotation",
    more: ({ deadlineAt }) => instantLine("claim it by", deadlineAt),
  },
};

/** An act in words. One that isn't known here is spelt out from its name, never left out. */
export function actText(action: string, rawDetails: unknown): ActText {
  const details = isRecord(rawDetails) ? rawDetails : {};
  const name = action.replace(/^api_key\./, "");
  const known = acts[name];
  return {
    what: known?.what ?? name.replace(/[._]/g, " "),
    more: known?.more?.(details) ?? [],
  };
}
