import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { Problem } from "../scripts/problem.mjs";
import { waitUntil } from "../scripts/processes.mjs";
import { bearer, customerCount, newSecrets } from "./customers.mjs";
import { startGatehouse } from "./gatehouse/start.mjs";
import { contestantCore } from "./machine.mjs";
import { startService } from "./processes.mjs";

// Who is measured, and how each is started. All get the same requests from the same customers.

/** @typedef {import("./processes.mjs").Service} Service */

/**
 * @typedef {object} Surroundings
 * @property {string} directory for files, removed at the end
 * @property {string} upstreamOrigin
 * @property {(name: string) => Promise<string>} createDatabase makes one and answers its address
 * @property {() => Promise<number>} findPort
 */

/**
 * @typedef {object} Contestant
 * @property {Service | null} service null where nothing stands before the upstream
 * @property {number} port
 * @property {Record<string, string>[]} customers headers that each sends
 * @property {boolean} [checksKeys] a key that it doesn't know is refused
 * @property {() => Promise<void>} [settle] waits until what its answers left behind is done
 * @property {(served: number) => Promise<string>} [verify] proves that so many were served and booked;
 *   answers what it saw, throws where something is amiss
 */

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} name
 * @property {() => string | null} [missing] why it can't run here
 * @property {(surroundings: Surroundings) => Promise<Contestant>} start
 */

const writeMsMax = 30_000;

const here = fileURLToPath(new URL(".", import.meta.url));
const script = (/** @type {string} */ name) => [
  process.execPath,
  join(here, "contestants", `${name}.mjs`),
];

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startNothing({ upstreamOrigin }) {
  const port = Number(new URL(upstreamOrigin).port);
  return { service: null, port, customers: newSecrets().map(bearer) };
}

/** Other keys in nginx's map, as a company of some size would have them. */
const otherKeys = 10_000;

/** @param {string[]} secrets @param {string} upstream @param {number} port @param {string} directory */
function nginxConfiguration(secrets, upstream, port, directory) {
  const keys = [...newSecrets(otherKeys), ...secrets];
  const entries = keys.map((secret, index) => `    "Bearer ${secret}" customer_${index};`);
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `  ${name}_temp_path ${directory}/${name};`,
  );
  return `
daemon off;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log;
events { worker_connections 1024; }
http {
${folders.join("\n")}
  access_log off;
  keepalive_requests 1000000000;
  map_hash_max_size 65536;
  map_hash_bucket_size 128;
  map $http_authorization $customer {
    default "";
${entries.join("\n")}
  }
  upstream model { server ${upstream}; keepalive 128; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      if ($customer = "") { return 401; }
      proxy_pass http://model;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer sk-upstream";
      proxy_buffering off;
    }
  }
}
`;
}

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startNginx({ directory, upstreamOrigin, findPort }) {
  const home = join(directory, "nginx");
  mkdirSync(home, { recursive: true });
  const port = await findPort();
  const secrets = newSecrets();
  const file = join(home, "nginx.conf");
  writeFileSync(file, nginxConfiguration(secrets, new URL(upstreamOrigin).host, port, home));
  const command = ["nginx", "-p", home, "-c", file, "-e", join(home, "error.log")];
  const service = await startService("nginx", contestantCore, command, { port });
  return { service, port, checksKeys: true, customers: secrets.map(bearer) };
}

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startHono({ upstreamOrigin, findPort }) {
  const port = await findPort();
  const env = { UPSTREAM_ORIGIN: upstreamOrigin };
  const service = await startService("Hono", contestantCore, script("hono"), { port, env });
  return { service, port, customers: newSecrets().map(bearer) };
}

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startFastify({ upstreamOrigin, findPort, createDatabase }) {
  const port = await findPort();
  const secrets = newSecrets();
  const databaseUrl = await createDatabase("fastify");
  const env = {
    UPSTREAM_ORIGIN: upstreamOrigin,
    DATABASE_URL: databaseUrl,
    SECRETS: JSON.stringify(secrets),
  };
  const service = await startService("Fastify", contestantCore, script("fastify"), { port, env });
  const pending = async () => (await fetch(`http://127.0.0.1:${port}/pending`)).text();
  return {
    service,
    port,
    checksKeys: true,
    customers: secrets.map(bearer),
    async settle() {
      await waitUntil(async () => (await pending()) === '{"pending":0}', writeMsMax);
    },
    verify: (served) => verifyUsage(databaseUrl, served),
  };
}

/** @param {string} databaseUrl @param {number} served */
async function verifyUsage(databaseUrl, served) {
  const sql = postgres(databaseUrl, { max: 1 });
  const [row] = await sql`select count(*)::int as rows from usage`;
  await sql.end();
  if (row?.rows !== served) throw new Problem(`${served} answers, but ${row?.rows} rows of usage.`);
  return `${served} answers, ${served} rows of usage`;
}

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startBetterAuth({ upstreamOrigin, findPort, createDatabase }) {
  const port = await findPort();
  const env = {
    UPSTREAM_ORIGIN: upstreamOrigin,
    DATABASE_URL: await createDatabase("better_auth"),
    CUSTOMERS: String(customerCount),
  };
  const probe = "/keys";
  const command = script("better-auth");
  const service = await startService("better-auth", contestantCore, command, { port, env, probe });
  /** @type {string[]} */
  const keys = await (await fetch(`http://127.0.0.1:${port}/keys`)).json();
  return { service, port, checksKeys: true, customers: keys.map(bearer) };
}

/** @param {Surroundings} surroundings @returns {Promise<Contestant>} */
async function startPortkey({ upstreamOrigin, findPort }) {
  const port = await findPort();
  const server = join(here, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
  const command = [process.execPath, server, `--port=${port}`, "--headless"];
  const env = { TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" };
  const service = await startService("Portkey", contestantCore, command, { port, env });
  const customers = newSecrets().map((secret) => ({
    ...bearer(secret),
    "x-portkey-provider": "openai",
    "x-portkey-custom-host": `${upstreamOrigin}/v1`,
  }));
  return { service, port, customers };
}

function missingNginx() {
  if (spawnSync("nginx", ["-v"]).status === 0) return null;
  return "nginx is not installed (Debian: apt-get install nginx-light)";
}

/** In the order of the table. @type {Entry[]} */
export const entries = [
  { id: "upstream", name: "the upstream alone", start: startNothing },
  { id: "nginx", name: "nginx, keys in a map", missing: missingNginx, start: startNginx },
  { id: "gatehouse", name: "**Gatehouse**", start: startGatehouse },
  { id: "hono", name: "Hono, a bare proxy", start: startHono },
  { id: "fastify", name: "Fastify, hand-built", start: startFastify },
  { id: "better-auth", name: "better-auth, API keys", start: startBetterAuth },
  { id: "portkey", name: "Portkey", start: startPortkey },
];
