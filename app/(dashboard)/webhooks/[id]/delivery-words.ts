import type { StatusTone } from "@/components/status-dot";
import type { DeliveryState } from "@/lib/webhooks/terms";

export const stateTones: Record<DeliveryState, StatusTone> = {
  pending: "amber",
  delivered: "green",
  failed: "red",
};

/** Reasons that no status tells, in a word or two; the sentences are in `lib/webhooks/outcomes.ts`. */
const words: Readonly<Record<string, string>> = {
  timeout: "timed out",
  name: "unknown name",
  address: "not public",
  refused: "refused",
  tls: "certificate",
  closed: "closed",
  secret: "no secret",
  disabled: "disabled",
  deleted: "deleted",
};

/** What came of the last attempt, in a word: a status, or why there was none. Null before the first. */
export function answerWord({
  status,
  error,
}: {
  status: number | null;
  error: string | null;
}): string | null {
  const word = error !== null && Object.hasOwn(words, error) ? words[error] : undefined;
  if (word !== undefined) return word;
  if (status !== null) return String(status);
  return error === null ? null : "failed";
}
