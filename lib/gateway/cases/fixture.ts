import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const ApiCase = z.strictObject({
  id: z.string(),
  group: z.enum(["A", "B", "C", "D", "E", "F", "G", "H"]),
  request: z.string(),
  /** `400`, `404/closed`, `4xx`, `500×200, 500×402`, `stream`, or `-`. */
  status: z.string(),
  /** A failure of the registry, two of them, `ok`, or `-`. */
  code: z.string(),
  note: z.string(),
});
export type ApiCase = z.infer<typeof ApiCase>;
export type Group = ApiCase["group"];

const Bodies = z.record(z.enum(["A", "O", "G"]), z.record(z.string(), z.unknown()));

const Registered = z.object({
  status: z.number(),
  /** `Name: value` each, and now and then a remark. */
  headers: z.string(),
  /** In the Anthropic (A), OpenAI (O) and REST (G) dialects, with `<placeholders>`. */
  bodies: Bodies,
});
export type Registered = z.infer<typeof Registered>;

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, ...path), "utf8"));
}

/** The documented API cases. */
export const apiCases: readonly ApiCase[] = z
  .object({ api_cases: z.array(ApiCase) })
  .parse(readJson("cases.json")).api_cases;

/** The documented failures by name. */
export const registry: ReadonlyMap<string, Registered> = new Map(
  Object.entries(
    z.record(z.string(), Registered).parse(readJson("..", "testing", "registry.json")),
  ),
);

export function casesOf(group: Group): ApiCase[] {
  return apiCases.filter((each) => each.group === group);
}

/** Cases of what this version doesn't have, and why. */
export const notYet: Readonly<Record<string, string>> = {};
