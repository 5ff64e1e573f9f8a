const redrawMs = 1000;
const heartbeatMs = 15_000;

/** @param {number} startedAt */
function secondsSince(startedAt) {
  return (performance.now() - startedAt) / 1000;
}

/**
 * Shows that something long is under way: on a terminal one line that counts seconds, elsewhere (a
 * CI log) a line now and then.
 * @param {string} label
 * @param {string} hint
 * @param {number} startedAt
 * @returns {() => void} ends the display
 */
function showProgress(label, hint, startedAt) {
  const isTerminal = process.stdout.isTTY;
  let lastShownAt = startedAt;
  const timer = setInterval(() => {
    const text = `${label}${hint} … ${Math.round(secondsSince(startedAt))} s`;
    if (isTerminal) {
      process.stdout.write(`\r${text}\u001b[K`);
    } else if (performance.now() - lastShownAt >= heartbeatMs || lastShownAt === startedAt) {
      lastShownAt = performance.now();
      console.log(text);
    }
  }, redrawMs);
  return () => {
    clearInterval(timer);
    if (isTerminal) process.stdout.write("\r\u001b[K");
  };
}

/**
 * Runs one step of a command and prints one line for it: its name, what came out, how long it took.
 * @template {string | void} T
 * @param {string} name
 * @param {string} hint what is going on, for when it takes long
 * @param {() => Promise<T> | T} work answers what came out, when that is worth a word
 * @returns {Promise<T>}
 */
export async function step(name, hint, work) {
  const startedAt = performance.now();
  const label = name.padEnd(12);
  const endProgress = showProgress(label, hint, startedAt);
  try {
    const outcome = await work();
    endProgress();
    console.log(`${label}${outcome || "done"} (${secondsSince(startedAt).toFixed(1)} s)`);
    return outcome;
  } catch (error) {
    endProgress();
    console.log(`${label}FAILED (${secondsSince(startedAt).toFixed(1)} s)`);
    throw error;
  }
}
