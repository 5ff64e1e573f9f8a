/** How a sample is put to the test; as the holder of an `admin` key where it says so. */
export type Check =
  /** Run by bash with the key in its variable; must print this and end with 0. */
  (
    | { by: "bash"; prints: RegExp }
    /** Run by Node as an ES module. */
    | { by: "node"; prints: RegExp }
    /** Run by python3 where it and its modules are there. */
    | { by: "python"; needs: string[]; prints: RegExp }
    /** Compared with a pattern, because its shell isn't on this machine. */
    | { by: "pattern"; matches: RegExp }
    /** Named here so that none is forgotten; run by a test of its own. */
    | { by: "own-test" }
  ) & { as?: "admin" };

const own: Check = { by: "own-test" };
const words = /This is .+, simulated\./;
const sdk = (...needs: string[]): Check => ({ by: "python", needs, prints: /./ });

/** One entry for every sample of the documentation, no more and no less. */
export const checks: Readonly<Record<string, Check>> = {
  "set-key/bash": own,
  "set-key/cmd": { by: "pattern", matches: /^set [A-Z_]+=gate_live_\S+$/ },
  "set-key/powershell": { by: "pattern", matches: /^\$env:[A-Z_]+ = "gate_live_\S+"$/ },
  "first-request/curl": { by: "bash", prints: words },
  "first-request/javascript": { by: "node", prints: words },
  "first-request/python": { by: "python", needs: ["requests"], prints: words },
  "request-cost/curl": { by: "bash", prints: /x-request-cost: 0\.\d+/ },
  "request-cost/javascript": {
    by: "node",
    prints: /x-request-cost 0\.\d+\nx-balance-remaining \d/,
  },
  "request-cost/python": { by: "python", needs: ["requests"], prints: /x-request-cost 0\.\d+/ },
  "verify-key/curl": { by: "bash", prints: /"id":"glm-4\.7"/ },
  "verify-key/javascript": { by: "node", prints: /^The key works\.$/m },
  "verify-key/python": { by: "python", needs: ["requests"], prints: /^The key works\.$/m },
  "x-api-key/curl": { by: "bash", prints: /"id":"glm-4\.7"/ },
  "set-variables/bash": own,
  "set-variables/cmd": {
    by: "pattern",
    matches: /^set [A-Z_]+=gate_live_\S+\nset [A-Z_]+=http\S+\/v1$/,
  },
  "set-variables/powershell": {
    by: "pattern",
    matches: /^\$env:[A-Z_]+ = "gate_live_\S+"\n\$env:[A-Z_]+ = "http\S+\/v1"$/,
  },
  "keep-variables/bash": own,
  "keep-variables/cmd": { by: "pattern", matches: /^setx [A-Z_]+ "gate_live_\S+"$/ },
  "keep-variables/powershell": {
    by: "pattern",
    matches: /^\[Environment\]::SetEnvironmentVariable\("[A-Z_]+", "gate_live_\S+", "User"\)$/,
  },
  "dotenv-file/dotenv": own,
  "gitignore/ignore": own,
  "ignore-dotenv/terminal": own,
  "load-dotenv/javascript": own,
  "load-dotenv/python": own,
  "openai-install/javascript": own,
  "openai-install/python": { by: "pattern", matches: /^pip install openai$/ },
  "openai-environment/bash": own,
  "openai-environment/cmd": {
    by: "pattern",
    matches: /^set OPENAI_API_KEY=gate_\S+\nset OPENAI_BASE_URL=http\S+\/v1$/,
  },
  "openai-environment/powershell": {
    by: "pattern",
    matches: /^\$env:OPENAI_API_KEY = "gate_\S+"\n\$env:OPENAI_BASE_URL = "http\S+\/v1"$/,
  },
  "openai-chat/javascript": { by: "node", prints: words },
  "openai-chat/python": sdk("openai"),
  "openai-explicit/javascript": { by: "node", prints: /^glm-4\.7$/m },
  "openai-explicit/python": sdk("openai"),
  "openai-stream/javascript": { by: "node", prints: /This is .+\n\d+ tokens\n$/s },
  "openai-stream/python": sdk("openai"),
  "openai-errors/javascript": { by: "node", prints: /^404 model_not_found req_\w+$/m },
  "openai-errors/python": sdk("openai"),
  "anthropic-install/javascript": own,
  "anthropic-install/python": { by: "pattern", matches: /^pip install anthropic$/ },
  "anthropic-environment/bash": own,
  "anthropic-environment/cmd": {
    by: "pattern",
    matches: /^set ANTHROPIC_AUTH_TOKEN=gate_\S+\nset ANTHROPIC_BASE_URL=http:\/\/[^/\s]+$/,
  },
  "anthropic-environment/powershell": {
    by: "pattern",
    matches:
      /^\$env:ANTHROPIC_AUTH_TOKEN = "gate_\S+"\n\$env:ANTHROPIC_BASE_URL = "http:\/\/[^/\s]+"$/,
  },
  "anthropic-api-key/terminal": own,
  "anthropic-message/javascript": { by: "node", prints: words },
  "anthropic-message/python": sdk("anthropic"),
  "anthropic-explicit/javascript": { by: "node", prints: /output_tokens: \d+/ },
  "anthropic-explicit/python": sdk("anthropic"),
  "anthropic-stream/javascript": { by: "node", prints: /This is .+\nend_turn\n$/s },
  "anthropic-stream/python": sdk("anthropic"),
  "anthropic-curl/curl": { by: "bash", prints: /"type":"message"/ },
  "fetch-list/javascript": { by: "node", prints: /^\[/ },
  "fetch-life/javascript": {
    by: "node",
    prints: /^Created: res_\w+\nUpdated: Updated Name\nDeleted\.\n$/,
  },
  "axios-install/terminal": own,
  "axios-client/javascript": { by: "node", prints: /^Created: res_\w+\n[1-9]\d* resources$/m },
  "axios-errors/javascript": { by: "node", prints: /^404 NOT_FOUND req_\w+$/m },
  "client-class/typescript": own,
  "client-usage/typescript": own,
  "requests-session/python": {
    by: "python",
    needs: ["requests"],
    prints: /^Created: res_\w+\n[1-9]\d* resources$/m,
  },
  "next-route/typescript": own,
  "next-server-component/tsx": own,
  "next-client-component/tsx": own,
  "next-stream/typescript": own,
  "express-install/terminal": own,
  "express-server/javascript": own,
  "resource-create/curl": { by: "bash", prints: /"id":"res_\w+"/ },
  "resource-pages/javascript": { by: "node", prints: /^res_\w+ .+\nThat was all\.\n$/ms },
  "resource-pages/python": {
    by: "python",
    needs: ["requests"],
    prints: /^res_\w+ .+\nThat was all\.\n$/ms,
  },
  "resource-if-match/javascript": { by: "node", prints: /^200\n412\n$/ },
  "generate/curl": { by: "bash", prints: /"text":"This is gpt-4, simulated\./ },
  "generate/javascript": { by: "node", prints: words },
  "generate/python": { by: "python", needs: ["requests"], prints: words },
  "force-failure/curl": { by: "bash", prints: /HTTP\/1\.1 429.+retry-after: 1\b/is },
  "force-failure/javascript": { by: "node", prints: /^429 1$/m },
  "force-failure/python": { by: "python", needs: ["requests"], prints: /^429 1$/m },
  "read-limits/curl": { by: "bash", prints: /x-ratelimit-limit: 1000/i },
  "read-limits/javascript": {
    by: "node",
    prints: /^Rate limit: 1000\nRemaining: \d+\nReset: \d{10}\n$/,
  },
  "read-limits/python": {
    by: "python",
    needs: ["requests"],
    prints: /^Rate limit: 1000\nRemaining: \d+\nReset: \d{10}\n$/,
  },
  "backoff/javascript": { by: "node", prints: /^200\n$/ },
  "backoff/python": { by: "python", needs: ["requests"], prints: /^200\n$/ },
  "handle-errors/javascript": { by: "node", prints: /^name field required$/m },
  "handle-errors/python": { by: "python", needs: ["requests"], prints: /^name field required$/m },
  "problem-json/curl": { by: "bash", prints: /"type":"http\S+\/docs\/errors#not_found"/ },
  "broken-stream/javascript": { by: "node", prints: /^broken off after [1-9]\d* characters: / },
  "idempotent/curl": { by: "bash", prints: /idempotent-replayed: true/i },
  "idempotent/javascript": { by: "node", prints: /^true\ntrue\n$/ },
  "idempotent/python": { by: "python", needs: ["requests"], prints: /^true\nTrue\n$/ },
  "openapi/curl": { by: "bash", prints: /"openapi":"3\.1/ },
  "webhook-create/curl": { by: "bash", prints: /"secret":"whsec_[^"]{44}"/, as: "admin" },
  "webhook-create/javascript": {
    by: "node",
    prints: /^we_\w+ \[ 'api_key\.expiring', 'balance\.low' \]/,
    as: "admin",
  },
  "webhook-create/python": {
    by: "python",
    needs: ["requests"],
    prints: /^we_\w+ \['api_key\.expiring', 'balance\.low'\]/,
    as: "admin",
  },
  "webhook-install/javascript": { by: "pattern", matches: /^npm install standardwebhooks$/ },
  "webhook-install/python": { by: "pattern", matches: /^pip install standardwebhooks$/ },
  "webhook-receive/javascript": own,
  "webhook-receive/python": own,
  "webhook-resend/curl": own,
  "key-create/curl": { by: "bash", prints: /"key":"gate_live_\w{36}"/, as: "admin" },
  "key-create/javascript": { by: "node", prints: /^key_\w+ \w{4} 20\d\d-/, as: "admin" },
  "key-create/python": {
    by: "python",
    needs: ["requests"],
    prints: /^key_\w+ \w{4} 20\d\d-/,
    as: "admin",
  },
  "key-life/javascript": { by: "node", prints: /^\[ 'read' \]\nrevoked\n$/, as: "admin" },
  "key-self/curl": { by: "bash", prints: /"object":"api_key".+"rate":/s },
  "key-verify/curl": { by: "bash", prints: /"valid":true/, as: "admin" },
  "key-verify/javascript": { by: "node", prints: /^\[ 'read', 'write' \]\n$/, as: "admin" },
  "key-verify/python": {
    by: "python",
    needs: ["requests"],
    prints: /^\['read', 'write'\]\n$/,
    as: "admin",
  },
  "rotate-self/curl": own,
  "rotate-self/javascript": own,
  "search-repository/terminal": own,
  "commit-hook/terminal": own,
};
