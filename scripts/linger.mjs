/** @typedef {import("node:http").IncomingMessage} IncomingMessage */
/** @typedef {import("node:http").ServerResponse} ServerResponse */

/** How long a client whose request was answered early has to stop sending it. */
const lingerMs = 2_000;
/** How much of it is still taken meanwhile: a bit more than one body of the largest size. */
const takenBytesMax = 11 * 1024 * 1024;
const lookMs = 5;

/**
 * Lets a client see an answer that came before its request was through, such as 413. A connection that
 * is closed with bytes unread is reset, and the answer lost with it (RFC 9112 §9.6). So only our side
 * is closed at first; some of what still comes is taken and dropped, then nothing, then it ends.
 * @param {IncomingMessage} req
 * @param {ServerResponse} res
 */
export function lingerAfter(req, res) {
  const { socket } = req;
  // Before Node's own listener, which closes the connection with `destroySoon` where it is to be closed.
  res.prependListener("finish", () => {
    if (req.complete || socket.destroyed) return;
    const begunAtBytes = socket.bytesRead;
    socket.destroySoon = () => socket.end();
    const look = setInterval(() => {
      if (req.complete) done();
      else if (socket.bytesRead - begunAtBytes > takenBytesMax) socket.pause();
    }, lookMs);
    const over = setTimeout(() => socket.destroy(), lingerMs);
    const done = () => {
      clearInterval(look);
      clearTimeout(over);
      socket.off("close", done);
      Reflect.deleteProperty(socket, "destroySoon");
      // Our side may be closed already; then there is nothing more to wait for but its last bytes.
      if (socket.writableEnded) socket.destroySoon();
    };
    socket.once("close", done);
  });
}
