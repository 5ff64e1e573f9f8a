import type { Socket } from "node:net";
import { answerTo } from "@/lib/gateway/cases/wire";

export const megabyte = 1024 * 1024;
/** The largest body there may be. */
export const bytesMax = 10 * megabyte;

/** How much could be sent before the gateway had enough, in bytes. */
interface Upload {
  sent: number;
}

/** Sends up to `total` bytes of white space, announced or in chunks, until the other side closes. */
export async function upload(
  origin: string,
  path: string,
  secret: string,
  total: number,
  isChunked: boolean,
) {
  const upload: Upload = { sent: 0 };
  const length = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${total}`;
  const head = [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    `Authorization: Bearer ${secret}`,
    "Content-Type: application/json",
    length,
  ].join("\r\n");
  const answer = await answerTo(origin, (socket) => {
    socket.write(`${head}\r\n\r\n`);
    pump(socket, upload, total, isChunked);
  });
  return { answer, sent: upload.sent };
}

function pump(socket: Socket, upload: Upload, total: number, isChunked: boolean): void {
  const size = 64 * 1024;
  const space = Buffer.alloc(size, 0x20);
  const next = (): void => {
    while (upload.sent < total && !socket.destroyed) {
      const part = space.subarray(0, Math.min(size, total - upload.sent));
      upload.sent += part.length;
      const framed = isChunked
        ? Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n")])
        : part;
      if (!socket.write(framed)) return;
    }
    if (isChunked && !socket.destroyed && upload.sent >= total) socket.write("0\r\n\r\n");
  };
  socket.on("drain", next);
  next();
}
