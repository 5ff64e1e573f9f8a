import { fields, flag, listOf, nullable, number, oneOf, type Shaped, text } from "@/lib/shape";

/** What the drawer shows of one request, in words and exact figures; made on the server. */

const StepState = oneOf(["done", "failed", "ended", "skipped"]);
export type StepState = Shaped<typeof StepState>;

const Step = fields({
  name: text,
  state: StepState,
  text: text,
  /** When it was over, counted from the request's arrival; null where that isn't kept. */
  atMs: nullable(number),
});
export type Step = Shaped<typeof Step>;

const Fact = fields({ label: text, value: text });
export type Fact = Shaped<typeof Fact>;

const Fix = fields({ label: text, href: text });
export type Fix = Shaped<typeof Fix>;

const Refusal = fields({
  title: text,
  /** What happened and what to do about it. */
  text: text,
  /** The values that the check compared. */
  compared: listOf(Fact),
  fixes: listOf(Fix),
  /** Who can do it, where the reader's role can't. */
  whoCan: nullable(text),
});
export type Refusal = Shaped<typeof Refusal>;

const CostLine = fields({
  label: text,
  tokens: text,
  /** Dollars per million tokens, exact. */
  price: text,
  /** Dollars before rounding, exact. */
  amount: text,
});

const Cost = fields({
  lines: listOf(CostLine),
  /** The sum before it is rounded up to a whole nano-dollar; null where it is whole already. */
  unrounded: nullable(text),
  total: text,
  totalNanos: text,
  /** What was set aside when it was admitted; null where nothing was. */
  held: nullable(text),
  released: nullable(text),
  note: nullable(text),
});
export type Cost = Shaped<typeof Cost>;

const SentBody = fields({
  /** Whose form it is in, such as `OpenAI`. */
  dialect: text,
  text: text,
  note: nullable(text),
});
export type SentBody = Shaped<typeof SentBody>;

/** What `GET /api/logs/{id}` answers. */
export const RequestDetail = fields({
  id: text,
  at: text,
  method: text,
  path: text,
  status: number,
  statusTitle: text,
  outcome: text,
  tone: oneOf(["green", "amber", "red", "neutral"]),
  keyId: text,
  keyName: text,
  hasKey: flag,
  facts: listOf(Fact),
  steps: listOf(Step),
  refusal: nullable(Refusal),
  cost: nullable(Cost),
  body: nullable(SentBody),
});
export type RequestDetail = Shaped<typeof RequestDetail>;
