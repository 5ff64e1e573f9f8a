import type { Play } from "@/chaos/prompt";

export type Dialect = "openai" | "anthropic";

/** What a client does beside waiting for its answer. */
export type Leaving = "stay" | "early" | "mid" | "reset" | "slow" | "half_open" | "upload";

/** One request as its client saw it. Times are the harness's monotonic clock, in milliseconds. */
export interface Operation {
  /** Its `User-Agent` is `chaos/<nonce>`, so every row of the log names the request it belongs to. */
  nonce: string;
  /** What it asked for; requests with an `Idempotency-Key` share it with their repetitions. */
  body: string;
  play: Play;
  words: number;
  dialect: Dialect;
  stream: boolean;
  leaving: Leaving;
  gateway: number;
  workspaceId: string;
  keyId: string;
  /** Which of the key's secrets it showed. */
  secret: string;
  idempotencyKey: string | null;
  startedMs: number;
  /** When the status came; null where none did. */
  answeredMs: number | null;
  endedMs: number;
  status: number | null;
  requestId: string | null;
  /** `x-request-cost` and `x-balance-remaining`, in nano-dollars. */
  costNanos: bigint | null;
  balanceNanos: bigint | null;
  retryAfter: string | null;
  isReplay: boolean;
  /** The whole answer came: a JSON body, or the last frame of a stream. */
  isComplete: boolean;
  /** Ended by the harness, which waits no longer than any answer may take. */
  hasTimedOut: boolean;
  /** The body, where it is short enough to say something. */
  text: string;
  receivedWords: number;
}

/** A payment that a customer made, and the provider tells of. */
export interface Payment {
  topUpId: string;
  workspaceId: string;
  amountCents: number;
  /** The webhook has said that it took the event. */
  isAcknowledged: boolean;
}

/** A grant; acknowledged once the verb has answered. */
export interface Credit {
  reference: string;
  workspaceId: string;
  amountNanos: bigint;
  isAcknowledged: boolean;
}

/** From when on a secret must open nothing, and until when: the answer of one verb and the call of the next. */
export interface DeadSpan {
  secret: string;
  cause: "revoke" | "disable" | "rotate";
  fromMs: number;
  untilMs: number;
}

/** A lowered limit: how many requests that start after the change was answered may be accepted. */
export interface LoweredLimit {
  keyId: string;
  fromMs: number;
  acceptedMax: number;
}

export interface Fault {
  kind: string;
  fromMs: number;
  untilMs: number;
}

/** A figure that has to be within a limit, such as how long it took to heal. */
export interface Measurement {
  what: string;
  ms: number;
  maxMs: number;
}

/** A statement of a scene about what it saw, true or not. */
export interface Observation {
  check: string;
  holds: boolean;
  detail: string;
}

/** All that was seen in one episode. */
export class History {
  readonly operations: Operation[] = [];
  readonly payments: Payment[] = [];
  /** Payments that never were: their events are forged, stale or contradict our row. */
  readonly forged: string[] = [];
  readonly credits: Credit[] = [];
  readonly deadSpans: DeadSpan[] = [];
  readonly lowered: LoweredLimit[] = [];
  readonly faults: Fault[] = [];
  readonly measurements: Measurement[] = [];
  readonly observations: Observation[] = [];
  /** How often each thing was done that has no entry of its own. */
  readonly counts = new Map<string, number>();

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  observe(check: string, holds: boolean, detail: string): void {
    this.observations.push({ check, holds, detail });
  }
}
