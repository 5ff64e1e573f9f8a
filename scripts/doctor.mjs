import { readDotenv } from "./dotenv.mjs";
import { root } from "./paths.mjs";
import { runBundled } from "./run-bundled.mjs";

// `npm run doctor`: looks at everything a deployment needs, says what to mend, and changes nothing. Exit code 0
// or 1. With `-- --json` for programs.

await runBundled("doctor", "lib/doctor/main.ts", {
  DOCTOR_DOTENV: JSON.stringify(readDotenv(root)),
});
