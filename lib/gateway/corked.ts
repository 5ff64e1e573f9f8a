import type { ServerResponse } from "node:http";

/** What is written in one turn of the loop leaves together: one frame costs as much as a hundred. */
export function writeTogether(response: ServerResponse, text: string): void {
  if (response.writableCorked === 0) {
    response.cork();
    setImmediate(() => {
      if (!response.writableEnded) uncork(response);
    });
  }
  response.write(text);
}

/**
 * Ends an answer with all that was written. From version 22 on Node sends the end of a chunked body before what is
 * corked: the last frames would follow where nobody reads them.
 */
export function endTogether(response: ServerResponse): void {
  const { socket } = response;
  socket?.cork();
  uncork(response);
  response.end();
  socket?.uncork();
}

/** The connection is held meanwhile, or each part of a chunk would leave by itself. */
function uncork(response: ServerResponse): void {
  const { socket } = response;
  socket?.cork();
  while (response.writableCorked > 0) response.uncork();
  socket?.uncork();
}
