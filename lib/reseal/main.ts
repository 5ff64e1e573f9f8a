import { connect } from "@/db/client";
import { readEnv } from "@/lib/env";
import { log } from "@/lib/log";
import { reseal } from "@/lib/reseal/reseal";

log.level = "silent";
const env = readEnv();
// One connection reads, another writes.
const client = connect(env.DATABASE_URL, 2, 60_000);
try {
  const all = await reseal(client, env.AUTH_SECRET);
  for (const { where, current, changed, lost } of all) {
    console.log(
      `${where}: ${changed} encrypted anew, ${current} were already, ${lost} can't be opened`,
    );
  }
  const isLost = all.some(({ lost }) => lost > 0);
  console.log(
    isLost
      ? "Some open under neither AUTH_SECRET nor AUTH_SECRET_PREVIOUS."
      : "Nothing that is kept needs AUTH_SECRET_PREVIOUS but recovery codes: docs/operations.md.",
  );
  process.exitCode = isLost ? 1 : 0;
} finally {
  await client.end({ timeout: 5 });
}
