import type { Observed } from "@/lib/gateway/cases/judge";
import { generations, onRoutes, type Route, type World } from "@/lib/gateway/cases/world";

export type Expected = Omit<Observed, "variant" | "dialect" | "answer">;
export type Fields = Record<string, unknown>;

export const turn = { role: "user", content: "Hello" };
export const openAi = "/v1/chat/completions";
export const anthropic = "/v1/messages";
export const rest = "/v1/generate";
export const embeddings: Route = { dialect: "openai", method: "POST", path: "/v1/embeddings" };
export const counting: Route = {
  dialect: "anthropic",
  method: "POST",
  path: "/v1/messages/count_tokens",
};

/** Sends a good body of the route's with other fields; `undefined` takes one out. */
export async function withFields(
  world: World,
  path: string,
  variants: Record<string, Fields>,
  expected: Expected = {},
): Promise<Observed[]> {
  const route = generations.find((each) => each.path === path);
  if (!route) throw new Error(`no route ${path}`);
  const seen = Object.entries(variants).map(([variant, fields]) =>
    onRoutes(world, [{ ...route, json: { ...route.json, ...fields } }], variant, {}, expected),
  );
  return (await Promise.all(seen)).flat();
}

export async function everywhere(
  world: World,
  variants: Record<string, Fields>,
  expected: Expected = {},
): Promise<Observed[]> {
  const seen = generations.map(({ path }) => withFields(world, path, variants, expected));
  return (await Promise.all(seen)).flat();
}

/** One field with each of several values, named after them. */
export const each = (name: string, values: readonly unknown[]): Record<string, Fields> =>
  Object.fromEntries(
    values.map((value, i) => [
      `${name} ${JSON.stringify(value)?.slice(0, 60)} ${i}`,
      { [name]: value },
    ]),
  );

export async function onBoth(
  world: World,
  variants: Record<string, Fields>,
  expected: Expected = {},
) {
  return [
    ...(await withFields(world, openAi, variants, expected)),
    ...(await withFields(world, anthropic, variants, expected)),
  ];
}

export const send = (
  world: World,
  route: Route,
  bodies: Record<string, unknown>,
  expected: Expected = {},
) =>
  Promise.all(
    Object.entries(bodies).map(([variant, json]) =>
      onRoutes(world, [route], variant, { json }, expected),
    ),
  ).then((all) => all.flat());

/** Bodies that JSON.stringify can't spell, such as NaN. */
export const sendText = (
  world: World,
  path: string,
  bodies: Record<string, string>,
  expected: Expected,
) => {
  const routes = generations.filter((each) => each.path === path);
  const plain = routes.map(({ dialect, method }) => ({ dialect, method, path }));
  const headers = { "Content-Type": "application/json" };
  return Promise.all(
    Object.entries(bodies).map(([variant, body]) =>
      onRoutes(world, plain, variant, { body, headers }, expected),
    ),
  ).then((all) => all.flat());
};

export const embed = (input: unknown): Fields => ({ model: "text-embedding-3-small", input });
