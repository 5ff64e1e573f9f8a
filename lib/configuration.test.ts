import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfiguration } from "@/lib/configuration";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-configuration-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: unknown, env: Record<string, string> = {}) {
  const path = join(folder, "gatehouse.config.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readConfiguration(path, env);
}

/** What a file is refused with. */
function refusal(content: unknown, env: Record<string, string> = {}): string {
  try {
    read(content, env);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
}

const upstream = { id: "a", kind: "openai", base_url: "https://api.example.com/v1" };
const price = { input_usd_per_mtok: "0.28", output_usd_per_mtok: "0.42" };
const model = { id: "m", upstreams: ["a"], context_tokens: 1_000, output_tokens_max: 100, price };
const secret = "sk-CANARY-0123456789";

describe("a configuration file", () => {
  it("names upstreams and models; what it leaves out has defaults", () => {
    const { upstreams, models } = read({ upstreams: [upstream], models: [model] });
    expect(upstreams[0]).toEqual({ ...upstream, allow_private: false });
    expect(models[0]).toMatchObject({ upstreams: [{ id: "a" }], listed: true });
  });

  it("takes a key from the environment, and says so where it isn't there", () => {
    const file = { upstreams: [{ ...upstream, api_key_env: "A_KEY" }] };
    expect(read(file, { A_KEY: secret }).upstreams[0]?.api_key).toBe(secret);
    expect(refusal(file)).toContain("upstreams.0.api_key_env: A_KEY is not set");
  });

  it.each([
    [{ upstreams: [{ ...upstream, base_url: "http://api.example.com" }] }, "must be https"],
    [{ upstreams: [{ ...upstream, base_url: `https://u:${secret}@a.example` }] }, "credentials"],
    [{ upstreams: [{ ...upstream, base_url: "https://a.example/?key=1" }] }, "query"],
    [{ upstreams: [{ ...upstream, base_url: "ftp://a.example", allow_private: true }] }, "https"],
    [{ upstreams: [{ ...upstream, kind: "simulated" }] }, "upstreams.0.kind"],
    [{ upstreams: [{ ...upstream, id: "simulated" }] }, "built-in"],
    [{ upstreams: [upstream, upstream] }, "upstreams.1.id is used twice"],
    [{ upstreams: [{ ...upstream, api_key: `${secret}\r\nx: y` }] }, "upstreams.0.api_key"],
    [{ upstreams: [{ ...upstream, apiKey: secret }] }, "upstreams.0"],
    [{ upstreams: [upstream], models: [{ ...model, upstreams: ["b"] }] }, "b is no upstream"],
    [{ upstreams: [upstream], models: [{ ...model, upstreams: [] }] }, "at least one"],
    [{ upstreams: [upstream], models: [{ ...model, output_tokens_default: 101 }] }, "at most"],
    [{ upstreams: [{ ...upstream, timeouts: { drain_ms: 30_001 } }] }, "at most 30000"],
    [
      {
        upstreams: [{ ...upstream, kind: "anthropic" }],
        models: [{ ...model, output_tokens_max: 0 }],
      },
      "a makes no embeddings",
    ],
    [
      {
        upstreams: [upstream],
        models: [{ ...model, price: { ...price, input_usd_per_mtok: 0.28 } }],
      },
      "models.0.price.input_usd_per_mtok",
    ],
    [{ surprise: 1 }, "surprise"],
    [`{"upstreams": [{"api_key": "${secret}", }]}`, "is not valid JSON"],
  ])("is refused by name, and never quoted: %#", (content, problem) => {
    const told = refusal(content);
    expect(told).toContain(problem);
    expect(told).not.toContain(secret);
  });

  it("is missed where it isn't there", () => {
    expect(() => readConfiguration(join(folder, "none.json"))).toThrow("can't be read");
  });
});
