import { randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import { pipeline } from "node:stream";

/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/**
 * Headers that belong to one connection and not to the message (RFC 9110, 7.6.1). `Expect` is one
 * of ours: Node has answered it with "100 Continue" before we see the request.
 */
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * What `Connection` must not take away: without its length a body would arrive as the next request on
 * the connection, whose answer somebody else would get.
 */
const framing = new Set(["content-length", "host"]);

/** What only we may say to the gateway. */
const ownHeaders = new Set(["x-forwarded-for", "x-gatehouse-forward", "x-gatehouse-ticket"]);

const message = "Service temporarily unavailable";

/** The gateway's own words for when it can't say them: its `unavailable`, in each dialect. */
const unavailable = {
  /** @param {string} requestId */
  anthropic: (requestId) => ({
    type: "error",
    error: { type: "api_error", message },
    request_id: requestId,
  }),
  openai: () => ({
    error: { message, type: "server_error", param: null, code: "service_unavailable" },
  }),
  rest: () => ({
    success: false,
    message,
    error: { code: "SERVICE_UNAVAILABLE", message, details: { retry_after: 1 } },
  }),
};

/**
 * Whose words the caller understands; the gateway's rule (`lib/gateway/dialect.ts`).
 * @param {IncomingMessage} req
 * @returns {keyof typeof unavailable}
 */
function dialectOf(req) {
  const path = (req.url ?? "").split("?", 1)[0] ?? "";
  const isModels = /^\/v1\/models(?:\/|$)/.test(path);
  if (/^\/v1\/messages(?:\/|$)/.test(path)) return "anthropic";
  if (isModels && req.headers["anthropic-version"] !== undefined) return "anthropic";
  const isOpenAi = /^\/v1\/(?:chat\/completions|completions|embeddings|responses)(?:\/|$)/.test(
    path,
  );
  return isModels || isOpenAi ? "openai" : "rest";
}

/**
 * Whether a request is for the API. The raw target decides: nothing is decoded or normalised. One that
 * names a host in front of its path is the gateway's too, which refuses it in the API's own words.
 * @param {string} target the request's target as it came
 */
export function isApiTarget(target) {
  return /^(?:[A-Za-z]+:\/\/[^/?#]*)?\/v1(?:[/?]|$)/.test(target);
}

/**
 * Makes a handler that hands requests to the gateway as they are and streams the answer back as it
 * comes: target, method, headers and bodies are not looked at. Each side that goes away takes the
 * other with it. There is no time limit: the gateway has its own.
 * @param {{ host: string, port: number, token: string }} gateway `token` proves to it who we are
 * @returns {(req: IncomingMessage, res: ServerResponse) => void}
 */
export function createForwarder({ host, port, token }) {
  // Idle connections are given up before the gateway would close them (Node does after 5 s): a
  // request on a connection that is just being closed would be lost.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: 3000 });

  return (req, res) => {
    const upstream = request({
      agent,
      host,
      port,
      method: req.method,
      path: req.url,
      headers: requestHeaders(req, token),
      setHost: false,
    });
    let hasAnswer = false;
    upstream.on("response", (answer) => {
      hasAnswer = true;
      sendAnswer(answer, res);
      answer.on("end", () => {
        if (upstream.writableFinished) return;
        // Answered before the body was through, as for one that is too large. The rest has nowhere
        // to go (Node stops sending it), but the client must get rid of it to see the answer.
        upstream.destroy();
        discardBody(req);
      });
    });
    upstream.on("error", () => {
      // After the answer has begun, its own stream tells how it ends.
      if (!hasAnswer) sendUnavailable(req, res);
    });
    res.on("close", () => {
      if (!res.writableFinished) upstream.destroy();
    });
    req.pipe(upstream);
  };
}

/**
 * The request's headers in their order and spelling, ready for the next connection.
 * @param {IncomingMessage} req
 * @param {string} token
 * @returns {string[]} names and values in turn
 */
function requestHeaders(req, token) {
  const headers = endToEndHeaders(req).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  headers.push(["X-Forwarded-For", forwardedFor(req)], ["X-Gatehouse-Forward", token]);
  // HTTP/1.0 may come without one; HTTP/1.1, which goes on from here, may not.
  if (req.headers.host === undefined) headers.push(["Host", ""]);
  if (req.headers["transfer-encoding"] !== undefined) {
    headers.push(["Transfer-Encoding", "chunked"]);
  } else if (req.headers["content-length"] === undefined && req.method !== "GET") {
    // Otherwise Node would announce a body in chunks.
    headers.push(["Content-Length", "0"]);
  }
  return headers.flat();
}

/**
 * The way a request came, with the peer that we saw ourselves as the last and only sure entry.
 * @param {IncomingMessage} req
 */
export function forwardedFor(req) {
  // A server that listens for IPv6 as well shows IPv4 peers in IPv6's clothes.
  const peer = (req.socket.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
  const earlier = req.headers["x-forwarded-for"];
  return earlier ? `${earlier}, ${peer}` : peer;
}

/**
 * @param {IncomingMessage} message
 * @returns {[string, string][]}
 */
function endToEndHeaders({ rawHeaders, headers }) {
  const named = (headers.connection ?? "")
    .toLowerCase()
    .split(/\s*,\s*/)
    .filter((name) => !framing.has(name));
  /** @type {[string, string][]} */
  const kept = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    const key = name.toLowerCase();
    if (hopByHop.has(key) || named.includes(key)) continue;
    kept.push([name, rawHeaders[index + 1] ?? ""]);
  }
  return kept;
}

/**
 * @param {IncomingMessage} answer
 * @param {ServerResponse} res
 */
function sendAnswer(answer, res) {
  const headers = endToEndHeaders(answer).flat();
  // After some answers, such as to a request that named two hosts, nothing more is to be believed.
  if (answer.headers.connection?.toLowerCase() === "close") res.shouldKeepAlive = false;
  res.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", headers);
  // A stream's head goes out at once; a body of known length takes it along in one packet.
  if (answer.headers["content-length"] === undefined) res.flushHeaders();
  // When the answer breaks off, so must ours: a clean end would pass half for the whole.
  pipeline(answer, res, () => undefined);
}

/**
 * @param {IncomingMessage} req
 * @param {ServerResponse} res
 */
function sendUnavailable(req, res) {
  if (res.destroyed || res.headersSent) return;
  discardBody(req);
  const requestId = `req_${randomBytes(13).toString("hex")}`;
  res.writeHead(503, {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    Vary: "Authorization, x-api-key",
    "Retry-After": "1",
    "X-Request-Id": requestId,
  });
  res.end(JSON.stringify(unavailable[dialectOf(req)](requestId)));
}

/** @param {IncomingMessage} req */
function discardBody(req) {
  req.unpipe();
  req.resume();
}
