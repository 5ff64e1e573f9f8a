import { runBundled } from "./run-bundled.mjs";

// `npm run import-keys -- keys.csv …`: makes keys of another system's SHA-256 hashes (docs/import.md).

await runBundled("import-keys", "lib/keys/import/main.ts");
