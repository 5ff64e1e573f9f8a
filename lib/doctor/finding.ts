/** `warn`: it works, and somebody should look. `skip`: nothing is configured, or it couldn't be asked. */
export type State = "ok" | "warn" | "fail" | "skip";

/** What one check found. None of the texts holds a secret. */
export interface Finding {
  area: string;
  /** What was looked at, such as a variable's name. */
  subject: string;
  state: State;
  /** What is so. */
  says: string;
  /** What to do about it; null where nothing is to be done. */
  mend: string | null;
}

/** Makes the findings of one area. */
export function findingsOf(area: string) {
  const make = (state: State) => (subject: string, says: string, mend: string | null) => ({
    ...{ area, subject, state, says, mend },
  });
  return {
    ok: (subject: string, says: string): Finding => make("ok")(subject, says, null),
    skip: (subject: string, says: string): Finding => make("skip")(subject, says, null),
    warn: (subject: string, says: string, mend: string): Finding =>
      make("warn")(subject, says, mend),
    fail: (subject: string, says: string, mend: string): Finding =>
      make("fail")(subject, says, mend),
  };
}

/** What went wrong with a request to others, in a word; messages may quote addresses with passwords. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
