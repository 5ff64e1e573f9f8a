import { z } from "zod";
import { type ActGroup, actGroups } from "@/lib/audit/act-groups";
import { type AuditLogQuery, logRanges, queryNames } from "@/lib/audit/log-terms";
import { isId } from "@/lib/id";

const groupNames: readonly string[] = Object.keys(actGroups);
const isGroup = (text: unknown): text is ActGroup | "" =>
  text === "" || (typeof text === "string" && groupNames.includes(text));

/** A person, one key, every key, or nobody: the system itself. */
const Actor = z
  .string()
  .refine(
    (text) =>
      ["", "system", "keys", "support"].includes(text) ||
      isId("user", text) ||
      isId("apiKey", text),
  );

/** Ids and the few names that targets have; PostgreSQL takes no NUL, and none of them has spaces. */
const Target = z.string().regex(/^[0-9A-Za-z_-]{0,64}$/);

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** A UTC day such as `2026-11-21`. */
export const Day = z
  .string()
  .refine((text) => text === "" || (/^2\d{3}(-\d\d){2}$/.test(text) && isDay(text)));

export const rangeOf = z.enum(logRanges).catch("all");

/** Every word of the address by itself: one that can't be leaves the others standing. */
const Params: z.ZodType<AuditLogQuery> = z.object({
  actor: Actor.catch(""),
  group: z.custom<ActGroup | "">(isGroup).catch(""),
  target: Target.catch(""),
  range: rangeOf,
  from: Day.catch(""),
  to: Day.catch(""),
  before: z
    .string()
    .refine((text) => isId("audit", text))
    .catch(""),
});

/** Reads the address. What can't be falls back to the default, so that no address is refused. */
export function readAuditLogQuery(params: URLSearchParams): AuditLogQuery {
  return Params.parse(
    Object.fromEntries(queryNames.map((name) => [name, params.getAll(name).at(-1)])),
  );
}
