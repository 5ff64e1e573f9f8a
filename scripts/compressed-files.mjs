import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { extname, join, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { etagOf } from "./etag.mjs";
import { listFiles } from "./fingerprint.mjs";

// Scripts and style sheets are compressed once, after they are built, and as far as it goes. Next compresses them
// for each request, and less far; a page begins with some twenty of them.

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */
/** @typedef {{ coding: string, body: Buffer, etag: string }} Form one file in one coding */
/** @typedef {{ type: string, forms: Form[] }} File */

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** By preference: the first that a browser takes. */
const codings = [
  {
    coding: "br",
    ending: ".br",
    compress: (/** @type {Buffer} */ body) =>
      brotli(body, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        },
      }),
  },
  {
    coding: "gzip",
    ending: ".gz",
    compress: (/** @type {Buffer} */ body) =>
      gzipped(body, { level: constants.Z_BEST_COMPRESSION }),
  },
];

/** @type {Record<string, string | undefined>} Typefaces and pictures are compressed already. */
const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "application/javascript; charset=utf-8",
};

/** @param {string} nextDir */
const staticDir = (nextDir) => join(nextDir, "static");

/** @param {string} directory */
const listCompressible = (directory) =>
  listFiles(directory, () => false).filter((name) => types[extname(name)]);

/**
 * Writes each script and style sheet of a build once more beside itself for every coding.
 * @param {string} nextDir where Next has built
 */
export async function compressFiles(nextDir) {
  const directory = staticDir(nextDir);
  const waiting = listCompressible(directory);
  const work = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const file = join(directory, name);
      const body = readFileSync(file);
      for (const { ending, compress } of codings)
        writeFileSync(file + ending, await compress(body));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/** @param {string} directory @param {string} name @returns {File} */
function readFile(directory, name) {
  const forms = codings
    .map(({ coding, ending }) => ({ coding, file: join(directory, name + ending) }))
    .filter(({ file }) => existsSync(file))
    .map(({ coding, file }) => {
      const body = readFileSync(file);
      return { coding, body, etag: etagOf(body) };
    });
  return { type: types[extname(name)] ?? "", forms };
}

/**
 * Whether a browser takes a coding. Those that refuse one by its weight get the file from Next.
 * @param {string} accepted the header
 * @param {string} coding
 */
function takes(accepted, coding) {
  return accepted.split(",").some((one) => one.trim().toLowerCase() === coding);
}

/**
 * Reads a build's compressed files, about 2 MB, and makes what answers with them.
 * @param {string} nextDir where Next has built
 * @returns {(req: Request, res: Response) => boolean} false for what is Next's to answer
 */
export function serveCompressed(nextDir) {
  const directory = staticDir(nextDir);
  const files = new Map(
    listCompressible(directory).map((name) => {
      const path = `/_next/static/${name.split(sep).join("/")}`;
      return [path, readFile(directory, name)];
    }),
  );
  return (req, res) => {
    if (req.method !== "GET" && req.method !== "HEAD") return false;
    const file = files.get((req.url ?? "").split("?", 1)[0] ?? "");
    const accepted = String(req.headers["accept-encoding"] ?? "");
    const form = file?.forms.find(({ coding }) => takes(accepted, coding));
    if (!file || !form) return false;
    const headers = {
      "Cache-Control": "public, max-age=31536000, immutable",
      ETag: form.etag,
      Vary: "Accept-Encoding",
      "X-Content-Type-Options": "nosniff",
    };
    if (req.headers["if-none-match"] === form.etag) {
      res.writeHead(304, headers).end();
      return true;
    }
    res.writeHead(200, {
      ...headers,
      "Content-Type": file.type,
      "Content-Encoding": form.coding,
      "Content-Length": form.body.length,
    });
    res.end(form.body);
    return true;
  };
}
