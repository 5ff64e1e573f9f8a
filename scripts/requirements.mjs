import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listFiles } from "./fingerprint.mjs";
import { root } from "./paths.mjs";

// `node scripts/requirements.mjs` writes docs/requirements.md: each promise and the tests that name it.

/** @type {Record<string, Record<string, string>>} */
const promises = {
  "The dashboard": {
    D1: "sign up, sign in, sign out",
    D2: "API keys page from the sidebar and from Settings; name, scopes, environment, expiry",
    D3: "a key is shown in full exactly once",
    D4: "afterwards prefix and last four, beside name, scopes, status, dates",
    D5: "many keys, presets, each revoked alone",
    D6: "revoke takes effect at once; the row stays",
    D7: "rotate with an overlap; watch the traffic move; retire",
    D8: "a policy opens rotations after a chosen time",
    D9: "usage over time, by key, model and status",
    D10: "balance always visible, charged by tokens",
    D11: "top up",
    D12: "plans and their hourly rates, quotas by day, month and in total",
    D13: "every secret operation stays on the server",
    D14: "documentation pages",
  },
  "Keys on the wire": {
    K1: "Bearer, x-api-key, the bare key; never in the query",
    K2: "PREFIX_live_ and PREFIX_test_, the prefix names the company",
    K3: "30 random characters and 6 of checksum",
    K4: "scopes read, write, admin, webhook",
    K5: "refused before it reaches any model",
    K6: "test keys are a sandbox, or refused",
    K7: "GET /v1/models checks a key",
  },
  "The API": {
    A1: "POST /v1/messages and the Anthropic SDK",
    A2: "POST /v1/chat/completions and the OpenAI SDK",
    A3: "GET /v1/models in both shapes",
    A4: "POST /v1/generate",
    A5: "/v1/resources",
    A6: "the models that the documents name",
    A7: "any model through either protocol",
  },
  "The five documents": {
    S0: "AGCloud",
    S1: "Agin Cloud",
    S2: "the AI-powered API",
    S3: "A2Agent",
    S4: "EmberCloud",
  },
};

const ignoredFolders = /^(\..+|node_modules|dist|test-results|playwright-report)$/;
const testFile = /\.(test|spec)\.tsx?$/;
const testName =
  /\b(?:it|test|describe)(?:\.\w+(?:\([^)]*\))?)*\(\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g;

/** The names of all tests by file, with the names of the groups they stand in. */
function readTestNames() {
  const files = listFiles(root, (path) => ignoredFolders.test(path)).filter((path) =>
    testFile.test(path),
  );
  return files.map((file) => {
    const code = readFileSync(join(root, file), "utf8");
    return { file, names: Array.from(code.matchAll(testName), ([, , name = ""]) => name) };
  });
}

/** Each row's promise and the tests whose names say that they prove it. */
export function findProofs() {
  const tests = readTestNames();
  return Object.entries(promises).map(([title, rows]) => ({
    title,
    rows: Object.entries(rows).map(([id, promise]) => ({
      id,
      promise,
      files: tests
        .filter(({ names }) => names.some((name) => new RegExp(`\\b${id}\\b`).test(name)))
        .map(({ file }) => file),
    })),
  }));
}

/** The text of docs/requirements.md as it should be. */
export function describeRequirements() {
  const parts = findProofs().map(({ title, rows }) => {
    const lines = rows.map(({ id, promise, files }) => {
      const links = files.map((file) => `[${file}](../${encodeURI(file)})`);
      return `| ${id} | ${promise} | ${links.join("<br>")} |`;
    });
    return `## ${title}\n\n| row | promise | tests that name it |\n|---|---|---|\n${lines.join("\n")}\n`;
  });
  return `# What is promised, and what proves it

Every row has tests whose names begin with its id; \`npx vitest run -t "K5 "\` runs one row. The file is
written by \`node scripts/requirements.mjs\`, and a test fails where it isn't what the tests say.

${parts.join("\n")}`;
}

export const requirementsFile = join(root, "docs", "requirements.md");

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  writeFileSync(requirementsFile, describeRequirements());
}
