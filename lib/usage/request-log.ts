import { z } from "zod";
import { isId } from "@/lib/id";
import { addMs, dayMs, hourMs } from "@/lib/time";
import { isZone, wallClock } from "@/lib/usage/zone";

export const logRanges = ["all", "1h", "24h", "7d", "30d", "custom"] as const;
export type LogRange = (typeof logRanges)[number];

/** Every status of 400 and more that a request can be logged with; classes are looked for by these. */
export const errorStatuses = [
  400, 401, 402, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 499, 500, 502, 503, 504, 529,
] as const;

export const logEnvironments = ["live", "test"] as const;
export type LogEnvironment = (typeof logEnvironments)[number];

/** A model or route as it was logged. PostgreSQL takes no NUL, and no name of ours has controls. */
const LoggedName = z
  .string()
  .max(200)
  .regex(/^\P{Cc}*$/u);

const KeyId = z.string().refine((text) => isId("apiKey", text));

/** `2` for a class, `429` for a code. */
const Status = z.string().regex(/^(?:[245]|[1-5]\d\d)$/);

/** A local date and time as its field writes it, seconds left out. */
const LocalTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/);

/** Every word of the address by itself: one that can't be leaves the others standing. */
const LogParams = z.object({
  status: Status.or(z.literal("")).catch(""),
  key: KeyId.or(z.literal("")).catch(""),
  model: LoggedName.catch(""),
  endpoint: LoggedName.catch(""),
  env: z.enum(["", ...logEnvironments]).catch(""),
  range: z.enum(logRanges).catch("all"),
  /** Local times of a custom range, in `tz`. */
  from: LocalTime.or(z.literal("")).catch(""),
  to: LocalTime.or(z.literal("")).catch(""),
  tz: z.string().refine(isZone).or(z.literal("")).catch(""),
  /** Marks: the page older, or newer, than one of these. */
  before: z.string().max(80).catch(""),
  after: z.string().max(80).catch(""),
  live: z.enum(["", "1"]).catch(""),
  request: z.string().max(60).catch(""),
});

/** What the page's address says; everything on the page follows from it. */
export type LogState = z.infer<typeof LogParams>;

const names = Object.keys(LogParams.shape) as Array<keyof LogState>;

/** Reads the address. What can't be falls back to the default, so that no address is refused. */
export function readLogState(params: URLSearchParams): LogState {
  const given = Object.fromEntries(names.map((name) => [name, params.getAll(name).at(-1)]));
  return LogParams.parse(given);
}

/** The parts of the state that leave requests out. */
export const logFilters = ["status", "key", "model", "endpoint", "env"] as const;
export type LogFilter = (typeof logFilters)[number];

export function hasFilters(state: LogState): boolean {
  return state.range !== "all" || logFilters.some((name) => state[name] !== "");
}

/** The query part of an address, with the state's defaults left out. */
export function logQueryText(state: Partial<LogState>): string {
  const params = new URLSearchParams();
  for (const name of names) {
    const isOfCustom = name === "from" || name === "to" || name === "tz";
    if (isOfCustom && state.range !== "custom") continue;
    const value = state[name] ?? "";
    if (value !== "" && !(name === "range" && value === "all")) params.set(name, value);
  }
  return params.toString();
}

/** The state without its place in the pages: a change of what is shown starts over with the newest. */
export function fromTheTop(state: LogState): LogState {
  return { ...state, before: "", after: "", request: "" };
}

/** A request's place in the log, to the microsecond: `1763730000123456-req_…`. */
export interface LogMark {
  atMicros: string;
  id: string;
}

export function markText({ atMicros, id }: LogMark): string {
  return `${atMicros}-${id}`;
}

/** The instant of a mark, to the millisecond. */
export function dateOfMicros(atMicros: string): Date {
  return new Date(Number(BigInt(atMicros) / 1_000n));
}

/** Reads a mark; null for anything else, so that such an address shows the newest page. */
export function parseMark(text: string): LogMark | null {
  const match = /^(\d{1,16})-([\w.:-]{1,60})$/.exec(text);
  return match?.[1] && match[2] ? { atMicros: match[1], id: match[2] } : null;
}

export interface LogSpan {
  /** First instant; null from the beginning. */
  from: Date | null;
  /** First instant after; null until now. */
  until: Date | null;
}

export interface LogQuery extends LogSpan {
  /** `2`, `4`, `5` for a class, three digits for a code; empty for all. The same for what follows. */
  status: string;
  key: string;
  model: string;
  endpoint: string;
  environment: LogEnvironment | "";
  /** The page older, or newer, than this one; the newest where neither is given. */
  before: LogMark | null;
  after: LogMark | null;
}

const rangeMs: Record<Exclude<LogRange, "all" | "custom">, number> = {
  "1h": hourMs,
  "24h": dayMs,
  "7d": 7 * dayMs,
  "30d": 30 * dayMs,
};

/**
 * The instant at which a zone's clock shows a local time. One that the clock skips is read as if it
 * hadn't been put forward; of one that comes twice the first counts. Null for a day that isn't.
 */
export function instantOf(zone: string, local: string): Date | null {
  const shown = new Date(`${local}:00.000Z`);
  if (Number.isNaN(shown.getTime()) || shown.toISOString().slice(0, 16) !== local) return null;
  const year = shown.getUTCFullYear();
  if (year < 1970 || year > 9000) return null;
  const guesses = [-dayMs, dayMs].map((shift) =>
    addMs(shown, -wallClock(zone, addMs(shown, shift)).offsetMs),
  );
  const isIt = (at: Date) => {
    const { day, time } = wallClock(zone, at);
    return `${day}T${time}` === local;
  };
  const found = guesses.filter(isIt).sort((a, b) => a.getTime() - b.getTime());
  return found[0] ?? guesses[0] ?? null;
}

/** The span that a state asks for; a half or a whole of a custom range may be open. */
export function logSpan(state: LogState, now: Date, readerZone: string): LogSpan {
  if (state.range === "all") return { from: null, until: null };
  if (state.range !== "custom") return { from: addMs(now, -rangeMs[state.range]), until: null };
  const zone = state.tz || readerZone;
  const end = instantOf(zone, state.to);
  // The minute that was named is included.
  return { from: instantOf(zone, state.from), until: end && addMs(end, 60_000) };
}
