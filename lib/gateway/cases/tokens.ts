import type { Observed } from "@/lib/gateway/cases/judge";
import { everyKind, onRoutes, type World } from "@/lib/gateway/cases/world";
import { createTestKey } from "@/lib/gateway/testing/gateway";

type Expected = Omit<Observed, "variant" | "dialect" | "answer">;

/** Sends each set of headers, and nothing else that could be a key, to every kind of route. */
export async function withHeaders(
  world: World,
  sets: Record<string, Record<string, string>>,
  expected: Expected = {},
): Promise<Observed[]> {
  const seen = Object.entries(sets).map(([variant, headers]) =>
    onRoutes(world, everyKind, variant, { secret: null, headers }, expected),
  );
  return (await Promise.all(seen)).flat();
}

/** Sends each token to every kind of route, in either header. */
export const withTokens = (world: World, tokens: Record<string, string>, expected: Expected = {}) =>
  withHeaders(
    world,
    Object.fromEntries(
      Object.entries(tokens).flatMap(([variant, token]) => [
        [variant, { Authorization: `Bearer ${token}` }],
        [`${variant}, as x-api-key`, { "x-api-key": token }],
      ]),
    ),
    expected,
  );

export const newKey = (
  { door, tenant }: World,
  options: Parameters<typeof createTestKey>[2] = {},
) => createTestKey(door.sql, tenant, { scopes: ["read", "write"], ...options });

/** A text with another character at one place. */
export const changed = (text: string, at: number) =>
  text.slice(0, at) + (text.at(at) === "x" ? "y" : "x") + text.slice(at + 1);
