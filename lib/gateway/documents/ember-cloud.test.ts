import OpenAI from "openai";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Company,
  hasPython,
  openCompany,
  runBash,
  runNode,
  runPython,
} from "@/lib/gateway/documents/company";
import { readSample } from "@/lib/gateway/documents/samples";

const python = await hasPython("ast");

let company: Company;

beforeAll(async () => {
  company = await openCompany("embercloud", 21_500);
});
afterAll(() => company.close());

function exchanges() {
  return { "https://api.embercloud.ai": company.origin, YOUR_API_KEY: company.key };
}

it("S4 the document's curl command gets a completion of glm-4.7", async () => {
  const command = readSample("ember-chat.sh", exchanges());
  const { code, stdout } = await runBash(command.replace("curl", "curl --silent --fail"));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ object: "chat.completion", model: "glm-4.7" });
});

it("K7 S4 the models endpoint tells a good key from a bad one", async () => {
  // The document prints the command on one line, its line break as `\ `.
  const command = readSample("ember-models.sh", { ...exchanges(), "\\ ": "" }).replace(
    "curl",
    "curl --silent --write-out '\\n%{http_code}'",
  );
  const good = await runBash(command);
  expect(good.stdout).toMatch(/\n200$/);
  expect(JSON.parse(good.stdout.slice(0, -4)).data.map((m: { id: string }) => m.id)).toContain(
    "glm-4.7",
  );
  const bad = await runBash(command.replace(company.key, `${company.key.slice(0, -1)}_`));
  expect(bad.stdout).toMatch(/\n401$/);
  expect(JSON.parse(bad.stdout.slice(0, -4)).error.type).toBe("authentication_error");
});

it("S4 the OpenAI SDK needs nothing but the environment that the document exports", async () => {
  const exported = readSample("ember-export.sh", {
    "your-api-key": company.key,
    "https://api.embercloud.ai": company.origin,
  });
  const script = `import OpenAI from "openai";
const answer = await new OpenAI().chat.completions.create({
  model: "glm-4.7", messages: [{ role: "user", content: "Hello!" }] });
console.log(answer.object);`;
  const { stdout } = await runBash(`${exported}
printf '%s\\n%s' "$OPENAI_API_KEY" "$OPENAI_BASE_URL"`);
  const [key = "", baseUrl = ""] = stdout.split("\n");
  const ran = await runNode(script, { OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl });
  expect(ran).toMatchObject({ code: 0, stdout: "chat.completion\n" });
});

it.skipIf(!python)(
  "S4 the Python sample is valid and asks what the JavaScript SDK asks",
  async () => {
    const code = readSample("ember-openai.py", { "https://api.embercloud.ai": company.origin });
    const parsed = await runPython(`import ast, sys\nast.parse(${JSON.stringify(code)})`);
    expect(parsed.code).toBe(0);
    const client = new OpenAI({ apiKey: company.key, baseURL: `${company.origin}/v1` });
    const answer = await client.chat.completions.create({
      model: "glm-4.7",
      messages: [{ role: "user", content: "Hello!" }],
    });
    expect(answer.choices[0]?.message.content).toBeTruthy();
  },
);

it("S4 a key of another company's form is refused", async () => {
  const response = await fetch(`${company.origin}/v1/models`, {
    headers: { authorization: "Bearer gate_live_0000000000000000000000000000002C8GjS" },
  });
  expect(response.status).toBe(401);
  expect((await response.json()).error.type).toBe("authentication_error");
});
