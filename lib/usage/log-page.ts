import {
  fields,
  flag,
  listOf,
  nullable,
  number,
  oneOf,
  type Shaped,
  text,
  whole,
} from "@/lib/shape";

/** How many requests a page of the log shows. */
export const logPageSize = 50;

export const LogRow = fields({
  id: text,
  /** Its place for the page after it or before it. */
  mark: text,
  /** An instant in ISO 8601. */
  at: text,
  method: text,
  path: text,
  /** Empty where the request was refused before its model was known, or needs none. */
  model: text,
  status: number,
  errorCode: nullable(text),
  keyId: text,
  keyName: text,
  /** False for a key that is gone, which has no page. */
  hasKey: flag,
  /** Of the secret that was used; empty where it isn't known any more. */
  last4: text,
  environment: nullable(oneOf(["live", "test"])),
  latencyMs: number,
  inputTokens: number,
  outputTokens: number,
  costNanos: whole,
});
export type LogRow = Shaped<typeof LogRow>;

/** What `GET /api/logs` answers: requests, the newest first. */
export const LogPage = fields({
  rows: listOf(LogRow),
  /** Marks for the page before and after; null where there is nothing. */
  newer: nullable(text),
  older: nullable(text),
  /**
   * How far back was searched where that isn't the end: a rare combination of filters is looked for in
   * pieces, and `older` goes on from there.
   */
  searchedTo: nullable(text),
});
export type LogPage = Shaped<typeof LogPage>;
