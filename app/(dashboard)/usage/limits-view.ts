import type { CapState, LimitState, RequestLimitState } from "@/lib/budgets/state";
import { fields, listOf, nullable, oneOf, type Shaped, text, whole } from "@/lib/shape";

/** How one limit stands; amounts are nano-dollars, as whole numbers in text. */
export const LimitMeter = fields({
  interval: oneOf(["hour", "day", "week", "month", "total", "streams"]),
  unit: oneOf(["requests", "streams", "nanos"]),
  used: whole,
  held: whole,
  limit: whole,
  /** When it starts anew; for the hour, which slides, when there is room again. */
  resetsAt: nullable(text),
});
export type LimitMeter = Shaped<typeof LimitMeter>;

/** What `GET /api/usage/limits` answers. */
export const LimitsView = fields({
  workspace: listOf(LimitMeter),
  /** Those of the key that was asked for; empty where it has none of its own. */
  key: listOf(LimitMeter),
});
export type LimitsView = Shaped<typeof LimitsView>;

function requestMeter(
  interval: "hour" | "day" | "month" | "total",
  state: RequestLimitState | null | undefined,
): LimitMeter[] {
  if (!state) return [];
  return [
    {
      interval,
      unit: "requests",
      used: String(state.used),
      held: "0",
      limit: String(state.limit),
      resetsAt: state.resetsAt?.toISOString() ?? null,
    },
  ];
}

function capMeter(
  interval: "day" | "week" | "month" | "total",
  cap: CapState | null,
): LimitMeter[] {
  if (!cap) return [];
  return [
    {
      interval,
      unit: "nanos",
      used: cap.usedNanos.toString(),
      held: cap.heldNanos.toString(),
      limit: cap.limitNanos.toString(),
      resetsAt: cap.resetsAt?.toISOString() ?? null,
    },
  ];
}

/** The state of all limits in a form that travels; the limits that aren't set are left out. */
export function limitsView(state: LimitState | null): LimitsView {
  if (!state) return { workspace: [], key: [] };
  const { hour, day, month, total, streams, key } = state;
  return {
    workspace: [
      ...requestMeter("hour", hour),
      ...requestMeter("day", day),
      ...requestMeter("month", month),
      ...requestMeter("total", total),
      {
        interval: "streams",
        unit: "streams",
        used: String(streams.open),
        held: "0",
        limit: String(streams.limit),
        resetsAt: null,
      },
    ],
    key: key
      ? [
          ...requestMeter("hour", key.hour),
          ...capMeter("day", key.caps.day),
          ...capMeter("week", key.caps.week),
          ...capMeter("month", key.caps.month),
          ...capMeter("total", key.caps.total),
        ]
      : [],
  };
}
