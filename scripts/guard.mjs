/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {{ status: number, text: string, headers: Record<string, string> }} Refusal */

const loopbackNames = ["localhost", "127.0.0.1", "[::1]"];

/**
 * The hosts that the dashboard answers to. A loopback origin has three spellings.
 * @param {URL} origin
 * @returns {Set<string>} as they stand in a Host header
 */
export function allowedHosts(origin) {
  if (!loopbackNames.includes(origin.hostname)) return new Set([origin.host]);
  const suffix = origin.port === "" ? "" : `:${origin.port}`;
  return new Set(loopbackNames.map((name) => `${name}${suffix}`));
}

/**
 * Judges a request by its head before the dashboard sees it: whatever is ambiguous (two hosts, a
 * target that names another host) or would only confuse the router is refused here, once for all.
 * @param {IncomingMessage} req
 * @param {URL} origin the dashboard's own
 * @param {Set<string>} hosts from `allowedHosts`
 * @returns {Refusal | undefined} undefined when it may pass
 */
export function judgeRequest(req, origin, hosts) {
  const target = req.url ?? "";
  if (req.method === "TRACE") return refuse(405, "Method not allowed.");
  if (!target.startsWith("/")) return refuse(400, "Invalid request target.");
  if (!isDecodable(target.split("?", 1)[0] ?? "")) {
    return refuse(400, "Invalid percent-encoding in the address.");
  }
  const host = (req.headers.host ?? "").toLowerCase();
  const isSingle = req.rawHeaders.filter(isHostName).length === 1;
  if (!isSingle || !hosts.has(host)) {
    return refuse(400, "Invalid Host header. Set APP_ORIGIN to the address people use.");
  }
  // Cookies and the check of actions' origin belong to one spelling, so people are sent to it.
  if (host !== origin.host && req.headers["sec-fetch-mode"] === "navigate") {
    return { status: 307, text: "", headers: { Location: origin.origin + target } };
  }
  return undefined;
}

/**
 * @param {number} status
 * @param {string} text
 * @returns {Refusal}
 */
function refuse(status, text) {
  return { status, text, headers: { Connection: "close" } };
}

/**
 * @param {string} text
 * @param {number} index names and values alternate in raw headers
 */
function isHostName(text, index) {
  return index % 2 === 0 && text.toLowerCase() === "host";
}

/** @param {string} path */
function isDecodable(path) {
  try {
    return !decodeURIComponent(path).includes("\0");
  } catch {
    return false;
  }
}
