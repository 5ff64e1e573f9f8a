import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long the last bytes may take to leave before the socket is destroyed with them. */
const flushMsMax = 2_000;

/** Ends a connection with the body on it left unterminated, when what was written in this turn has left. */
export function endUnterminated(response: ServerResponse): void {
  setImmediate(() => destroySoon(response));
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
