import { readFileSync } from "node:fs";

// Loaded before every process of the cluster (`--import`): where the harness dies without having tidied
// up, its processes leave by themselves, and one of them takes PostgreSQL along, whose note of itself is
// at CHAOS_POSTMASTER.

const harness = process.ppid;

setInterval(() => {
  if (process.ppid === harness) return;
  const note = process.env.CHAOS_POSTMASTER;
  if (note) endPostgres(note);
  process.exit(1);
}, 1_000).unref();

/** @param {string} note the path of its postmaster.pid */
function endPostgres(note) {
  try {
    const pid = Number(readFileSync(note, "utf8").split("\n")[0]);
    if (!(pid > 1)) return;
    // One that is frozen takes no other signal.
    process.kill(pid, "SIGCONT");
    process.kill(pid, "SIGQUIT");
  } catch {
    // It is gone already.
  }
}
