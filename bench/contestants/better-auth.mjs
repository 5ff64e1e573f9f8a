import { createServer } from "node:http";
import { apiKey } from "@better-auth/api-key";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import pg from "pg";
import { askUpstream } from "./proxy.mjs";

// better-auth's API-key plugin as its documentation shows it: `verifyApiKey` for every request, its rate
// limit on, its rows in PostgreSQL. Behind it the lightest proxy there is.

const database = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const auth = betterAuth({
  database,
  baseURL: `http://127.0.0.1:${process.env.PORT}`,
  secret: "a secret of the bench, long enough for the library",
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [apiKey({ rateLimit: { enabled: true, timeWindow: 60_000, maxRequests: 100_000_000 } })],
});

const { runMigrations } = await getMigrations(auth.options);
await runMigrations();
const count = Number(process.env.CUSTOMERS);
const keys = [];
for (let number = 1; number <= count; number++) {
  const { user } = await auth.api.signUpEmail({
    body: {
      email: `customer-${number}@bench.example`,
      password: "a password of the bench",
      name: `Customer ${number}`,
    },
  });
  const { key } = await auth.api.createApiKey({ body: { userId: user.id, name: "Bench" } });
  keys.push(key);
}

function readBody(request) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

async function answer(request, response) {
  if (request.url === "/keys") return response.end(JSON.stringify(keys));
  const body = await readBody(request);
  const secret = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  const verdict = await auth.api.verifyApiKey({ body: { key: secret } });
  if (!verdict.valid) {
    response.writeHead(401, { "content-type": "application/json" });
    return response.end(JSON.stringify({ error: verdict.error }));
  }
  const upstream = await askUpstream(body);
  response.writeHead(upstream.statusCode, { "content-type": upstream.headers["content-type"] });
  upstream.body.pipe(response);
}

createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
}).listen(Number(process.env.PORT), "127.0.0.1");
