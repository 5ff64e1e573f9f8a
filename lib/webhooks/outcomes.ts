/** Why an attempt failed, or a delivery ended, with the sentence that people read. */
const sentences = {
  status: "The receiver answered with an error.",
  redirect: "The receiver answered with a redirect, which is not followed.",
  gone: "The receiver answered 410: it wants no more events.",
  timeout: "The receiver didn’t answer within 15 seconds.",
  name: "The receiver’s name couldn’t be looked up.",
  address: "The receiver’s name leads to an address that isn’t public.",
  refused: "No connection could be made.",
  tls: "The receiver’s certificate isn’t valid.",
  closed: "The connection was closed before an answer came.",
  secret: "The signing secret can’t be read. Roll it.",
  disabled: "The endpoint was disabled before this was delivered.",
  suspended: "The workspace was suspended before this was delivered.",
  deleted: "The endpoint was deleted before this was delivered.",
} as const;

export type FailureReason = keyof typeof sentences;

const known: Readonly<Record<string, string>> = sentences;

/** The sentence of a reason as rows have it; of one that isn't known, that it failed. */
export function failureSentence(reason: string): string {
  return Object.hasOwn(known, reason) ? (known[reason] ?? "") : "The attempt failed.";
}
