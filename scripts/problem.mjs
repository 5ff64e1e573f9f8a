/** A failure that we expect and can explain: its message is all that a person needs to see. */
export class Problem extends Error {
  /** @param {string} message what is wrong and what to do, in one line */
  constructor(message, exitCode = 1) {
    super(message);
    this.name = "Problem";
    this.exitCode = exitCode;
  }
}

/**
 * Prints a failure the way its kind deserves and answers the exit code for it.
 * @param {unknown} error
 * @returns {number}
 */
export function report(error) {
  if (error instanceof Problem) {
    console.error(`\n${error.message}`);
    return error.exitCode;
  }
  console.error(error);
  return 1;
}

/**
 * The last lines of a long output, where the reason of a failure usually stands.
 * @param {string} output
 */
export function lastLines(output, count = 15) {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}
