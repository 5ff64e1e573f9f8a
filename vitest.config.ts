import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("./", import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@/": root,
      "server-only": `${root}node_modules/server-only/empty.js`,
    },
  },
  test: {
    include: ["{lib,db,scripts,app,components,chaos}/**/*.test.ts"],
    globalSetup: ["db/testing/global-setup.ts"],
    server: { deps: { inline: ["next-auth"] } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // Tests that cut connections have the gateway in their own process, which survives this by
    // db/driver-faults.ts: postgres.js 3.4 asks for the types of arrays on behalf of nobody.
    onUnhandledError: (error) => !isLostQuestionForTypes(error),
  },
});

function isLostQuestionForTypes(error: object): boolean {
  if (!("code" in error && "query" in error)) return false;
  const isLost = /^(ECONNRESET|CONNECTION_(CLOSED|DESTROYED))$/.test(String(error.code));
  return isLost && String(error.query).includes("typcategory = 'A'");
}
