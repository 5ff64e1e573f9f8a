import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { type ExchangeAnswer, ExchangeError } from "@/lib/gateway/upstreams/exchange";
import { garbage } from "@/lib/gateway/upstreams/provider-failure";

// What came so far is handed on at once: the events of a stream don't wait for the next ones.
const zlib = { flush: constants.Z_SYNC_FLUSH };
const brotli = { flush: constants.BROTLI_OPERATION_FLUSH };

const decoders: Record<string, () => Transform> = {
  gzip: () => createGunzip(zlib),
  "x-gzip": () => createGunzip(zlib),
  deflate: () => createInflate(zlib),
  br: () => createBrotliDecompress(brotli),
};

/**
 * The body of an answer as it was before it was packed. Nobody asks for that, but proxies in front of
 * providers do it all the same. Throws garbage for an encoding that isn't known, and ExchangeError as
 * bodies do.
 */
export function decoded({ headers, body }: ExchangeAnswer): AsyncGenerator<Buffer> {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return body;
  const start = decoders[encoding];
  if (!start) throw garbage("an encoding that nobody asked for");
  return unpack(body, start());
}

async function* unpack(body: AsyncGenerator<Buffer>, decoder: Transform): AsyncGenerator<Buffer> {
  try {
    // Its failure is the decoder's, which is read here.
    pipeline(Readable.from(body), decoder).catch(() => undefined);
    yield* decoder;
  } catch (error) {
    const isZlibs = error instanceof Error && "code" in error && !(error instanceof ExchangeError);
    throw isZlibs ? new ExchangeError("broken", { cause: error }) : error;
  } finally {
    await body.return(undefined);
  }
}
