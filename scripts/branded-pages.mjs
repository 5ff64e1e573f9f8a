import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { etagOf } from "./etag.mjs";

// Built pages hold marks where the brand's values go (docs/brand.md). They are put in here, on the way out, and not
// where the pages are made, so that a page stays built and another name needs no build.

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */
/** @typedef {import("../lib/brand-page").BrandPage} BrandPage */
/** @typedef {"html" | "json" | "texts"} Kind */

const anyMark = /GhMark[A-Z][A-Za-z]+/;
const eachMark =
  /GhMark(?:BrandName|Tagline|SupportEmail|ClientClass|ClientFile|ApiOrigin|OriginNote)/g;
const ownMark = /(<span data-brand-mark=""[^>]*>)[\s\S]*?(<\/span>)/g;
const ownIcons = /<link rel="(?:icon|apple-touch-icon)"[^>]*>/g;
const originPlace = /<span data-api-origin(?:="[^"]*")?[^>]*>[^<]*<\/span>/g;

/** @param {string} path */
const isBuiltPath = (path) => /^\/(?:docs(?:\/.*)?|llms\.txt|llms-full\.txt)?$/.test(path);

/** What has tags that say all of it, and no brand in it. @param {string} path */
const isTagged = (path) =>
  /^\/(?:(?:_next\/static|api|brand)\/|icon|apple-icon|favicon)/.test(path);

/**
 * Puts the brand into what was built.
 * @param {string} source
 * @param {BrandPage} page
 * @param {Kind} kind
 */
export function putBrandIn(source, page, kind) {
  const values = page[kind];
  const text = (/** @type {string} */ html) =>
    html.replace(eachMark, (mark) => values[mark] ?? mark);
  if (kind !== "html") return text(source);
  const { logo, origin } = page;
  // The product's own mark and the origins' places go first: what is put in afterwards is a stranger's text.
  let html = source;
  if (logo !== null) {
    html = html.replace(ownMark, (_, start, end) => `${start}${logo}${end}`);
    html = html.replace(ownIcons, "");
  }
  if (origin !== null) html = html.replace(originPlace, () => `<span>${origin}</span>`);
  return text(html.replace("</head>", () => `${page.head}</head>`));
}

/** @param {string} type @returns {Kind} */
function kindOf(type) {
  if (type.startsWith("text/html")) return "html";
  return type.startsWith("application/json") ? "json" : "texts";
}

/** @type {Record<string, (body: Buffer) => Buffer>} */
const decoders = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync };

const keptMax = 300;
/** @type {Map<string, { body: Buffer, etag: string }>} */
const kept = new Map();
let keptVersion = "";

/**
 * The body with the brand in it, in the same encoding, or null where it has no place for one.
 * @param {Buffer} body
 * @param {{ encoding: string, kind: Kind, page: BrandPage }} how
 */
function brandBody(body, { encoding, kind, page }) {
  if (keptVersion !== page.version) kept.clear();
  keptVersion = page.version;
  const key = `${encoding} ${createHash("sha256").update(body).digest("base64")}`;
  const known = kept.get(key);
  if (known) return known;
  const decode = decoders[encoding];
  const source = (decode ? decode(body) : body).toString("utf8");
  if (!anyMark.test(source)) return null;
  const plain = Buffer.from(putBrandIn(source, page, kind));
  const branded = encoding === "gzip" ? gzipSync(plain) : plain;
  const made = { body: branded, etag: etagOf(branded) };
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, made);
  return made;
}

/** @param {string | undefined} given @param {string} etag */
const isKnown = (given, etag) =>
  given?.split(",").some((one) => one.trim().replace(/^W\//, "") === etag) ?? false;

/** @param {unknown} value */
const textOf = (value) => (value === undefined ? "" : String(value));

/**
 * Holds back what is a built page, and sends it with the brand in it; everything else passes as it comes. Answers
 * true where it has answered the request itself.
 * @param {Request} req
 * @param {Response} res
 * @param {() => BrandPage | undefined} current
 */
export function brandPages(req, res, current) {
  const [path = ""] = (req.url ?? "").split("?", 1);
  const isBuilt = isBuiltPath(path);
  const isRead = req.method === "GET" || req.method === "HEAD";
  if (req.headers.rsc !== undefined) {
    // The data of a built page holds marks. The router takes this for an answer to load the page whole.
    if (!isBuilt || !isRead) return false;
    res.writeHead(204, { "Cache-Control": "no-store" });
    res.end();
    return true;
  }
  const known = req.headers["if-none-match"];
  // The page's own tag says nothing of the brand.
  if (isRead && !isTagged(path)) {
    delete req.headers["if-none-match"];
    delete req.headers["if-modified-since"];
  }
  // A response to HEAD sends no body whatever it is given, but says how long it would be.
  const isHead = req.method === "HEAD";
  if (isBuilt && isHead) req.method = "GET";
  holdBack(res, isBuilt, (body) => {
    const page = current();
    const encoding = textOf(res.getHeader("content-encoding")) || "identity";
    const kind = kindOf(textOf(res.getHeader("content-type")));
    const made = page && body.length > 0 ? brandBody(body, { encoding, kind, page }) : null;
    // Of a page that isn't there nothing was made to be measured.
    if (isHead && body.length === 0) res.removeHeader("content-length");
    if (!made) return body;
    if (encoding !== "gzip") res.removeHeader("content-encoding");
    res.removeHeader("transfer-encoding");
    res.removeHeader("last-modified");
    res.setHeader("ETag", made.etag);
    if (isBuilt) res.setHeader("Cache-Control", "public, max-age=0, must-revalidate");
    if (isRead && res.statusCode === 200 && isKnown(known, made.etag)) {
      res.removeHeader("content-length");
      res.statusCode = 304;
      return Buffer.alloc(0);
    }
    res.setHeader("Content-Length", made.body.length);
    return made.body;
  });
  return false;
}

/**
 * Keeps a response's text until it is whole, then sends what `finish` makes of it; `finish` may change the headers.
 * @param {Response} res
 * @param {boolean} isBuilt
 * @param {(body: Buffer) => Buffer} finish
 */
function holdBack(res, isBuilt, finish) {
  const { writeHead, write, end, flushHeaders } = res;
  /** @type {Buffer[]} */
  const chunks = [];
  /** @type {boolean | null} */
  let holds = null;
  const decide = () => {
    const type = textOf(res.getHeader("content-type"));
    holds ??=
      (isBuilt && res.statusCode === 200 && /^(text\/|application\/json)/.test(type)) ||
      ((res.statusCode === 404 || res.statusCode === 500) && type.startsWith("text/html"));
    return holds;
  };
  const keep = (/** @type {unknown} */ chunk, /** @type {unknown} */ encoding) => {
    if (typeof chunk === "string") {
      chunks.push(
        Buffer.from(
          chunk,
          typeof encoding === "string" ? /** @type {BufferEncoding} */ (encoding) : "utf8",
        ),
      );
    } else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const callbackOf = (/** @type {unknown[]} */ args) =>
    args.find((one) => typeof one === "function");

  Object.assign(res, {
    writeHead(/** @type {number} */ status, /** @type {unknown[]} */ ...rest) {
      res.statusCode = status;
      const headers = rest.find((one) => typeof one === "object" && one !== null);
      if (headers && !Array.isArray(headers)) {
        for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
      }
      if (decide()) return res;
      return Array.isArray(headers)
        ? Reflect.apply(writeHead, res, [status, ...rest])
        : Reflect.apply(writeHead, res, [status]);
    },
    flushHeaders() {
      if (!decide()) Reflect.apply(flushHeaders, res, []);
    },
    write(/** @type {unknown} */ chunk, /** @type {unknown[]} */ ...rest) {
      if (!decide()) return Reflect.apply(write, res, [chunk, ...rest]);
      keep(chunk, rest[0]);
      const done = callbackOf(rest);
      if (typeof done === "function") process.nextTick(() => done());
      return true;
    },
    end(/** @type {unknown[]} */ ...args) {
      if (!decide()) return Reflect.apply(end, res, args);
      if (typeof args[0] !== "function") keep(args[0], args[1]);
      Object.assign(res, { writeHead, write, end, flushHeaders });
      const body = finish(Buffer.concat(chunks));
      const done = callbackOf(args);
      return Reflect.apply(end, res, done ? [body, done] : [body]);
    },
  });
}
