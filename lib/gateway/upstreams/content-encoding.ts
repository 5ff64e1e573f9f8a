import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import {
  type AnswerBody,
  type ExchangeAnswer,
  ExchangeError,
} from "@/lib/gateway/upstreams/exchange";
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
export function decoded(answer: ExchangeAnswer): AnswerBody {
  const encoding = answer.header("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "identity" || encoding === "") return answer;
  const start = decoders[encoding];
  if (!start) throw garbage("an encoding that nobody asked for");
  const chunks = () => unpack(answer.chunks(), start());
  return {
    chunks,
    async bytes(max) {
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of chunks()) {
        size += piece.length;
        if (size > max) return null;
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    },
  };
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
