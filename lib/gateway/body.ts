import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { requireKey } from "@/lib/gateway/admission";
import type { Call, Gateway } from "@/lib/gateway/call";
import { GatewayError } from "@/lib/gateway/errors";

export const bodyBytesMax = 10 * 1024 * 1024;
const bodyTimeoutMs = 30_000;

/** Refuses what isn't plain JSON by its headers alone, before a byte of it is read. */
export function checkBodyHeaders(request: IncomingMessage): void {
  const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (type !== "application/json" || encoding !== "identity") {
    throw new GatewayError("media", { details: { supported: ["application/json"] } });
  }
  if (Number(request.headers["content-length"] ?? 0) > bodyBytesMax) throw tooLarge();
}

function tooLarge(): GatewayError {
  return new GatewayError("large", { details: { limit_bytes: bodyBytesMax } });
}

/** Longer bodies take a while to parse, which nobody without a key may ask for. */
const strangersBytesMax = 64 * 1024;

/**
 * Reads the call's body, counting as it comes, and notes its digest on the call. A long one is answered
 * only to a key that opens the door. Throws large, timeout408, bad_request when it breaks off, and what
 * is wrong with the key.
 */
export async function readBody(gateway: Gateway, call: Call, secret: string): Promise<Uint8Array> {
  const bytes = await receive(call.request);
  if (bytes.length > strangersBytesMax) await requireKey(gateway, call, secret);
  if (call.request.headers["idempotency-key"] !== undefined) {
    call.bodyDigest = createHash("sha256").update(bytes).digest();
  }
  return bytes;
}

function receive(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      settle();
    };
    const fail = (error: GatewayError): void => {
      finish(() => {
        request.pause();
        reject(error);
      });
    };
    const timer = setTimeout(() => fail(new GatewayError("timeout408")), bodyTimeoutMs);
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) fail(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = (): void => finish(() => resolve(Buffer.concat(chunks)));
    const onClose = (): void => fail(new GatewayError("bad_request"));
    request.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}
