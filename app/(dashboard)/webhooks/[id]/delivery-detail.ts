import { fields, listOf, nullable, number, oneOf, type Shaped, text } from "@/lib/shape";
import { deliveryStates } from "@/lib/webhooks/terms";

const Attempt = fields({
  number,
  at: text,
  durationMs: number,
  status: nullable(number),
  error: nullable(text),
  answer: text,
  answerBytes: number,
});
export type AttemptDetail = Shaped<typeof Attempt>;

/** A delivery from close by, as its own address answers it; instants in ISO 8601. */
export const DeliveryDetail = fields({
  id: text,
  message: fields({ id: text, type: text, occurredAt: text }),
  state: oneOf(deliveryStates),
  attempts: number,
  nextAttemptAt: nullable(text),
  lastStatus: nullable(number),
  lastError: nullable(text),
  createdAt: text,
  /** The bytes that are signed and sent, as text. */
  payload: text,
  /** Newest first. */
  tries: listOf(Attempt),
  /** What is sent with it, of the latest attempt where there was one; no signature. */
  headers: listOf(fields({ name: text, value: text })),
});
export type DeliveryDetail = Shaped<typeof DeliveryDetail>;
