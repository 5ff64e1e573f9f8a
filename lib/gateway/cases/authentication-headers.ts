import { expect } from "vitest";
import { newKey, withHeaders } from "@/lib/gateway/cases/tokens";
import {
  type Ask,
  everyKind,
  generations,
  onRoutes,
  type Provocations,
} from "@/lib/gateway/cases/world";
import { mintSecret } from "@/lib/keys/secret";

const queryNames = ["api_key", "access_token", "key", "token", "apikey", "API_KEY", "auth_token"];

/** Where a key is sent, and in what form: headers, addresses, bodies. */
export const headers: Provocations = {
  B01: (world) =>
    withHeaders(world, {
      nothing: {},
      "a cookie": { Cookie: `token=${world.key.secret}; session=x` },
      "other headers": { "api-key": world.key.secret, "X-Auth-Token": world.key.secret },
      "for a proxy": { "Proxy-Authorization": `Bearer ${world.key.secret}` },
    }),
  B02: (world) =>
    withHeaders(world, {
      empty: { Authorization: "" },
      spaces: { Authorization: "  \t " },
      "x-api-key": { "x-api-key": "" },
      both: { Authorization: "", "x-api-key": " " },
    }),
  B04: (world) =>
    withHeaders(world, {
      Basic: { Authorization: "Basic dXNlcjpwYXNz" },
      "Basic with a key": { Authorization: `Basic ${btoa(`${world.key.secret}:`)}` },
      Digest: { Authorization: 'Digest username="a"' },
      Token: { Authorization: `Token ${world.key.secret}` },
      "a scheme alone": { Authorization: "Bearer" },
      "key=": { Authorization: `key=${world.key.secret}` },
    }),
  B05: (world) =>
    withHeaders(world, {
      "a b": { Authorization: "Bearer a b" },
      "a key and more": { Authorization: `Bearer ${world.key.secret} x` },
      "a key twice": { Authorization: `Bearer ${world.key.secret} ${world.key.secret}` },
      "Bearer twice": { Authorization: `Bearer Bearer ${world.key.secret}` },
      "a comma": { Authorization: `Bearer ${world.key.secret}, Bearer ${world.key.secret}` },
      "a tab within": { Authorization: `Bearer ${world.key.secret.replace("_live", "\t_live")}` },
    }),
  B07: (world) =>
    withHeaders(world, {
      spaces: { Authorization: `Bearer   ${world.key.secret}  ` },
      "a tab": { Authorization: `Bearer\t${world.key.secret}\t` },
      "in front": { Authorization: `  \tBearer ${world.key.secret}` },
      "in small letters": { Authorization: `bearer ${world.key.secret}` },
      "in capitals": { Authorization: `BEARER ${world.key.secret}` },
      "around x-api-key": { "x-api-key": ` ${world.key.secret}\t` },
    }),
  B08: (world) =>
    withHeaders(world, {
      bare: { Authorization: world.key.secret },
      "with space around": { Authorization: `  ${world.key.secret} ` },
    }),
  B10: (world) =>
    withHeaders(world, {
      Anthropic: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "sk-ant-api03-x" },
      OpenAI: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "sk-proj-x" },
      nonsense: { Authorization: `Bearer ${world.key.secret}`, "x-api-key": "a b %" },
      bare: { Authorization: world.key.secret, "x-api-key": "sk-ant-api03-x" },
      "the same key": {
        Authorization: `Bearer ${world.key.secret}`,
        "x-api-key": world.key.secret,
      },
    }),
  B11: async (world) => {
    const [a, b] = [world.key.secret, (await newKey(world)).secret];
    return withHeaders(world, {
      "one each": { Authorization: `Bearer ${a}`, "x-api-key": b },
      "the other way": { Authorization: `Bearer ${b}`, "x-api-key": a },
      bare: { Authorization: a, "x-api-key": b },
      "one never issued": { Authorization: `Bearer ${a}`, "x-api-key": mintSecret("live").secret },
      "Authorization twice": { Authorization: `Bearer ${a}`, authorization: `Bearer ${b}` },
      "x-api-key twice": { "x-api-key": a, "X-API-Key": b },
    });
  },
  B13: async (world) => {
    const { secret } = world.key;
    const queries = queryNames.map((name) => `${name}=${secret}`);
    queries.push(`q=${secret}`, "access_token=x", `a=1&api%5Fkey=${secret}`, `api_key=${secret}x`);
    const seen = queries.flatMap((query) =>
      [null, secret].map((shown) =>
        Promise.all(
          everyKind.map(async ({ dialect, ...route }) => {
            const answer = await world.ask({
              ...route,
              path: `${route.path}?${query}`,
              secret: shown,
            });
            expect(answer.text + [...answer.headers].join()).not.toContain(secret.slice(12));
            return { variant: `${route.path}?${query.replace(secret, "…")}`, dialect, answer };
          }),
        ),
      ),
    );
    return (await Promise.all(seen)).flat();
  },
  B14: async (world) => {
    const { secret } = world.key;
    const bodies: Omit<Ask, "path">[] = [
      { json: { access_token: secret } },
      { json: { api_key: secret } },
      {
        body: `access_token=${secret}`,
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      },
    ];
    const seen = bodies.map((body, i) =>
      onRoutes(world, generations, `body ${i}`, { ...body, secret: null }),
    );
    return (await Promise.all(seen)).flat();
  },
};
