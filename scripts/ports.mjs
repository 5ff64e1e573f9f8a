import { createServer } from "node:net";
import { Problem } from "./problem.mjs";

/**
 * @param {number} port
 * @param {string | undefined} host undefined means every address
 * @returns {Promise<string>} the error's code, "" when it can be listened on
 */
function tryToListen(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => {
      resolve("code" in error ? String(error.code) : error.message);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve("")));
  });
}

/**
 * Whether a port is free on every address and on loopback: some systems let both be taken apart.
 * @param {number} port
 */
export async function isPortFree(port) {
  for (const host of [undefined, "127.0.0.1", "::1"]) {
    const code = await tryToListen(port, host);
    if (code === "EADDRINUSE") return false;
    if (code === "EACCES") {
      throw new Problem(`Port ${port} needs more rights. Choose a port above 1023.`);
    }
    // Other codes say that the address family doesn't exist here, which is fine.
  }
  return true;
}

/**
 * A free port that the system doesn't hand out to outgoing connections (those start at 32768): a
 * client that polls a closed port in that range can end up connected to itself.
 * @param {number[]} except
 */
export async function findFreePort(except = []) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (!except.includes(port) && (await isPortFree(port))) return port;
  }
  throw new Problem("No free port was found between 20000 and 32000.");
}

/**
 * Reads a port from the environment.
 * @param {string} name
 * @param {number} fallback
 */
export function readPort(name, fallback, env = process.env) {
  const text = env[name];
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new Problem(`${name} is "${text}", which is no port. Set a number from 1 to 65535.`);
}
