import { runBundled } from "./run-bundled.mjs";

// `npm run reseal`: encrypts anew, under AUTH_SECRET, what is still encrypted under AUTH_SECRET_PREVIOUS.

await runBundled("reseal", "lib/reseal/main.ts");
