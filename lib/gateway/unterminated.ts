import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long the last bytes may take to leave before the socket is destroyed with them. */
const flushMsMax = 2_000;

/**
 * Ends a connection with the body on it left unterminated, when what is to be written before has got its
 * turn: the adapter holds the head of a stream back for a moment, to see whether it is a short one.
 */
export function endUnterminated(response: ServerResponse): void {
  const deadlineMs = performance.now() + flushMsMax;
  const wait = (): void => {
    const isLate = response.destroyed || performance.now() > deadlineMs;
    if (response.headersSent || isLate) setImmediate(() => destroySoon(response));
    else setImmediate(wait);
  };
  wait();
}

/** Destroys the connection as soon as what was written has left, or soon after if it never does. */
function destroySoon(response: ServerResponse): void {
  const end = (socket: Socket): void => {
    socket.destroySoon();
    setTimeout(() => socket.destroy(), flushMsMax).unref();
  };
  // In a pipeline an answer has no socket until those before it are complete.
  if (response.socket) end(response.socket);
  else response.once("socket", end);
}
