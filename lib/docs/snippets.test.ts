import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Check, checks } from "@/lib/docs/testing/checks";
import { type DocsDoor, openDocsDoor } from "@/lib/docs/testing/door";
import { pythonLacks, runBash, runNode, runPython } from "@/lib/docs/testing/run";
import { type NamedSample, samples } from "@/lib/docs/testing/samples";
import { secretPattern } from "@/lib/keys/secret";

let docs: DocsDoor;

beforeAll(async () => {
  docs = await openDocsDoor();
  // Lists have something in them, whichever sample comes first.
  const response = await fetch(`${docs.values.apiUrl}/resources`, {
    method: "POST",
    headers: { authorization: `Bearer ${docs.values.key}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Kept", type: "example" }),
  });
  expect(response.status).toBe(201);
});
afterAll(() => docs.close());

it("D14 every sample of the documentation is put to a test, and no test is of one that is gone", () => {
  expect(Object.keys(checks).sort()).toEqual(samples.map((sample) => sample.name).sort());
});

const lacking = new Map<string, string | null>();

function lackOf(check: Check): string | null {
  if (check.by !== "python") return null;
  const key = check.needs.join(" ");
  if (!lacking.has(key)) lacking.set(key, pythonLacks(...check.needs));
  return lacking.get(key) ?? null;
}

const checked = samples.map((sample) => {
  const check = checks[sample.name];
  if (!check) throw new Error(`${sample.name} has no check`);
  const lack = lackOf(check);
  return { sample, check, lack, name: `${sample.name}${lack ? ` (not run: ${lack})` : ""}` };
});

async function put(sample: NamedSample, check: Check): Promise<void> {
  const code = sample.code(docs.values);
  const env = check.as === "admin" ? docs.adminEnv : docs.env;
  switch (check.by) {
    case "bash":
      return expectOutput(await runBash(code, { env }), check);
    case "node":
      return expectOutput(await runNode(code, { env }), check);
    case "python":
      return expectOutput(await runPython(code, { env }), check);
    case "pattern":
      return expect(code).toMatch(check.matches);
    case "own-test":
      return;
  }
}

function expectOutput(ran: { code: number; output: string }, check: { prints: RegExp }): void {
  expect(ran.output).toMatch(check.prints);
  expect(ran.code).toBe(0);
}

describe.concurrent("D14 a sample works as it stands", () => {
  for (const { sample, check, lack, name } of checked) {
    if (check.by === "own-test") continue;
    it.skipIf(lack !== null)(name, () => put(sample, check));
  }
});

describe("D14 variables set as the pages say are there for programs", () => {
  it.each([
    ["set-key/bash", ["keyVariable"]],
    ["set-variables/bash", ["keyVariable", "urlVariable"]],
  ] as const)("%s", async (name, variables) => {
    const { values, code } = docs;
    const print = variables.map((variable) => `printenv ${values[variable]}`).join("\n");
    const { output } = await runBash(`${code(name)}\n${print}`);
    const expected = { keyVariable: values.key, urlVariable: values.apiUrl };
    expect(output).toBe(variables.map((variable) => `${expected[variable]}\n`).join(""));
  });

  it.each([
    ["openai-environment/bash", "openai-chat/javascript"],
    ["anthropic-environment/bash", "anthropic-message/javascript"],
    ["anthropic-api-key/terminal", "anthropic-message/javascript"],
  ])("%s is all that %s needs", async (exports, program) => {
    const ran = await runBash(`${docs.code(exports)}
"${process.execPath}" --input-type=module <<'END'
${docs.code(program)}
END`);
    expectOutput(ran, { prints: /This is .+, simulated\./ });
  });
});

describe("D8 a program replaces its own secret as the page shows", () => {
  it.each([["curl"], ["javascript"]])("rotate-self/%s", async (language) => {
    const old = await docs.makeKey();
    const env = { [docs.values.keyVariable]: old };
    const cwd = await mkdtemp(join(tmpdir(), "gatehouse-docs-"));
    const runIt = language === "curl" ? runBash : runNode;
    // Node resolves nothing here but its own modules, so it may run anywhere.
    const ran = await runIt(docs.code(`rotate-self/${language}`), { env, cwd });
    expect(ran.code, ran.output).toBe(0);
    const told = language === "curl" ? ran.output : await readFile(join(cwd, "key.env"), "utf8");
    await rm(cwd, { recursive: true });
    const [secret = ""] = secretPattern().exec(told) ?? [];
    const ask = (key: string) =>
      fetch(`${docs.values.apiUrl}/models`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask(secret)).status).toBe(200);
    const late = await ask(old);
    expect(late.status).toBe(200);
    expect(late.headers.get("deprecation")).toMatch(/^@\d{10}$/);
    expect(Date.parse(late.headers.get("x-key-grace-until") ?? "")).toBeGreaterThan(Date.now());
  });
});
