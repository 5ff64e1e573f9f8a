import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type ChatBody, toChatBody } from "@/app/(dashboard)/playground/chat-body";
import { codeSamples, requestText } from "@/app/(dashboard)/playground/code-samples";

const names = { keyVariable: "GATEHOUSE_API_KEY", apiOrigin: "https://api.example.com" };

const nasty = [
  "It's \"quoted\" \\ and 'again'",
  "$(touch /tmp/x) `id` $HOME $GATEHOUSE_API_KEY !! %s",
  "line\nbreak\ttab \u0007 \u2028 \u{1F600}",
  "': true, --data @/etc/passwd",
];

const bodies: ChatBody[] = [true, false].map((isStreamed) =>
  toChatBody({ keyId: "k", model: "glm-4.7", maxTokens: 64, temperature: 0.5, isStreamed }, [
    { role: "system", content: "Be brief." },
    ...nasty.map((content) => ({ role: "user" as const, content })),
  ]),
);

function sampleOf(body: ChatBody, id: string): string {
  return codeSamples(body, names, 1_024).find((sample) => sample.id === id)?.code ?? "";
}

/** What a shell makes of a command's arguments. */
function shellArguments(command: string): string[] {
  const script = `curl() { printf '%s\\0' "$@"; }\n${command}`;
  const env = { ...process.env, GATEHOUSE_API_KEY: "a key" };
  const output = execFileSync("/bin/sh", ["-c", script], { env, encoding: "utf8" });
  return output.split("\0").slice(0, -1);
}

test("a shell sends with curl just what the page would send, and reads no text as its own", () => {
  for (const body of bodies) {
    const args = shellArguments(sampleOf(body, "curl"));
    expect(JSON.parse(args.at(-1) ?? "")).toEqual(body);
    expect(args).toContain("https://api.example.com/v1/chat/completions");
    expect(args).toContain("Authorization: Bearer a key");
    expect(args.includes("-N")).toBe(body.stream === true);
  }
});

/** Runs a sample with a stand-in for its SDK, and answers what that was called with. */
async function argumentsOf(code: string, method: string): Promise<unknown> {
  const lines = code.split("\n");
  const start = lines.findIndex((line) => line.includes(`${method}(`));
  const call = lines.slice(start).join("\n");
  const text = call.slice(call.indexOf("(") + 1, call.indexOf("\n});") + 2);
  return new Function(`return ${text}`)();
}

test("the SDK's samples call it with the same", async () => {
  for (const body of bodies) {
    expect(await argumentsOf(sampleOf(body, "openai"), "completions.create")).toEqual(body);
    const method = body.stream ? "messages.stream" : "messages.create";
    expect(await argumentsOf(sampleOf(body, "anthropic"), method)).toEqual({
      model: "glm-4.7",
      max_tokens: 64,
      temperature: 0.5,
      system: "Be brief.",
      messages: body.messages.slice(1),
    });
  }
});

test("Anthropic's sample names a limit where none was chosen, because it must", () => {
  const settings = {
    keyId: "k",
    model: "m",
    maxTokens: null,
    temperature: null,
    isStreamed: false,
  };
  const body = toChatBody(settings, [{ role: "user", content: "Hi" }]);
  expect(sampleOf(body, "anthropic")).toContain('"max_tokens": 1024');
});

test("Python's sample has Python's words and the texts of the request", () => {
  const [streamed, whole] = bodies.map((body) => sampleOf(body, "python"));
  expect(streamed).toContain('    stream=True,\n    stream_options={"include_usage": True},');
  expect(whole).not.toContain("stream");
  for (const text of nasty) expect(whole).toContain(JSON.stringify(text));
});

test("P10 the raw request and every sample name a variable where the key goes", () => {
  for (const body of bodies) {
    expect(requestText(body, names)).toContain("Authorization: Bearer $GATEHOUSE_API_KEY");
    for (const { code } of codeSamples(body, names, 1_024)) {
      expect(code).toMatch(/GATEHOUSE_API_KEY/);
    }
  }
});
