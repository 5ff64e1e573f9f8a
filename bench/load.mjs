import { connect } from "node:net";
import { answerBody, model, readFrames, requestBody, text, usage } from "./answer.mjs";

// The load generator, a process of its own: a fixed number of connections, each with one request under
// way (a closed loop). It works on bare sockets, because a comfortable client costs more than the fast
// contestants do. Every answer is checked; one in fifty is taken apart whole.

/**
 * @typedef {object} Job
 * @property {string} host
 * @property {number} port
 * @property {string} path
 * @property {Record<string, string>[]} customers the headers of each; connections take turns
 * @property {boolean} stream
 * @property {number} connections
 * @property {number} warmupMs
 * @property {number} measuredMs
 */

const inspectEvery = 50;
const answerMsMax = 15_000;
const content = Buffer.from(JSON.stringify(text).slice(1, -1));
const streamEnd = Buffer.from("data: [DONE]\n\n");
const chunksEnd = Buffer.from("0\r\n\r\n");

/** @param {Job} job @param {Record<string, string>} customer */
function requestOf(job, customer) {
  const body = requestBody(job.stream);
  const headers = {
    host: `${job.host}:${job.port}`,
    accept: "application/json",
    "user-agent": "OpenAI/JS 6.49.0",
    "content-type": "application/json",
    ...customer,
    "content-length": String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${job.path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`);
}

/** The body of a chunked answer. */
function unchunk(/** @type {Buffer} */ body) {
  /** @type {Buffer[]} */
  const parts = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

/** Throws unless everything in `expected` is in `actual`; more may be there, in any order. */
function requireLike(/** @type {any} */ actual, /** @type {any} */ expected, what = "the answer") {
  if (typeof expected !== "object" || expected === null) {
    if (actual !== expected) throw new Error(`${what} is ${JSON.stringify(actual)}`);
    return;
  }
  for (const [name, value] of Object.entries(expected)) requireLike(actual?.[name], value, name);
}

const [choice] = JSON.parse(answerBody).choices;
const expectedAnswer = { object: "chat.completion", model, choices: [choice], usage };

/** Throws where a whole answer says something else than the upstream's. */
function inspect(/** @type {Job} */ job, /** @type {Buffer} */ body) {
  if (job.stream) requireLike(readFrames(body.toString()), { content: text, usage }, "the stream");
  else requireLike(JSON.parse(body.toString()), expectedAnswer);
}

/** One connection: sends, reads the answer, sends again. */
class Client {
  /**
   * @param {Run} run
   * @param {Buffer} request
   */
  constructor(run, request) {
    this.run = run;
    this.request = request;
    this.isBusy = false;
    this.sentAt = 0;
    this.firstAt = 0;
    this.count = 0;
    /** @type {Buffer[]} */
    this.parts = [];
    this.received = 0;
    /** Where the body starts; zero until the head is there. */
    this.bodyStart = 0;
    /** Length of the whole answer; infinite for one in chunks. */
    this.length = 0;
  }

  open() {
    const { host, port } = this.run.job;
    this.socket = connect({ host, port, noDelay: true });
    this.socket.on("data", (data) => this.take(data));
    this.socket.on("error", (error) => this.run.fail(`connection: ${error.message}`));
    this.socket.on("close", () => this.closed());
    this.socket.once("connect", () => this.send());
  }

  closed() {
    if (this.isBusy) this.run.fail("the connection closed in the middle of an answer");
    else if (this.run.isSending) this.open();
  }

  send() {
    if (!this.run.isSending) return this.run.rest(this);
    this.isBusy = true;
    this.parts = [];
    this.received = this.bodyStart = this.length = 0;
    this.firstAt = 0;
    this.sentAt = performance.now();
    this.socket?.write(this.request);
  }

  /** @param {Buffer} data */
  take(data) {
    this.parts.push(data);
    this.received += data.length;
    if (this.bodyStart === 0 && !this.readHead()) return;
    if (this.firstAt === 0 && this.received > this.bodyStart) this.firstAt = performance.now();
    if (this.length === Number.POSITIVE_INFINITY) {
      // Nothing that the upstream says ends like this.
      if (data.length < chunksEnd.length) this.parts = [Buffer.concat(this.parts)];
      const last = this.parts.at(-1) ?? data;
      if (last.subarray(-chunksEnd.length).equals(chunksEnd)) this.finish();
    } else if (this.received >= this.length) this.finish();
  }

  readHead() {
    if (this.parts.length > 1) this.parts = [Buffer.concat(this.parts)];
    const first = this.parts[0] ?? Buffer.alloc(0);
    const end = first.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = first.toString("latin1", 0, end + 2);
    if (!head.startsWith("HTTP/1.1 200 ")) {
      this.run.fail(`${head.split("\r\n", 1)[0]} ${first.toString("utf8", end + 4, end + 400)}`);
      return false;
    }
    this.bodyStart = end + 4;
    const declared = /\r\ncontent-length: *(\d+)\r\n/i.exec(head);
    this.length = declared ? this.bodyStart + Number(declared[1]) : Number.POSITIVE_INFINITY;
    return true;
  }

  finish() {
    const endedAt = performance.now();
    const { run } = this;
    const { job } = run;
    const answer = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    if (!answer) return;
    const body = answer.subarray(this.bodyStart);
    const expected = job.stream ? streamEnd : content;
    // The end of a stream is near its end; the text of a whole answer anywhere.
    const place = job.stream ? body.subarray(-64) : body;
    try {
      if (!place.includes(expected)) throw new Error(`not the answer: ${body.toString()}`);
      if (this.count % inspectEvery === 0) {
        inspect(job, this.length === Number.POSITIVE_INFINITY ? unchunk(body) : body);
      }
    } catch (error) {
      return run.fail(String(error));
    }
    this.count++;
    this.isBusy = false;
    run.record(endedAt - this.sentAt, this.firstAt - this.sentAt);
    this.send();
  }
}

class Run {
  /** @param {Job} job */
  constructor(job) {
    this.job = job;
    this.isSending = true;
    this.isMeasuring = false;
    this.served = 0;
    /** @type {number[]} */
    this.latencies = [];
    /** @type {number[]} */
    this.firstBytes = [];
    /** @type {Client[]} */
    this.clients = [];
    this.resting = 0;
  }

  /** @returns {Promise<object>} */
  start() {
    const { job } = this;
    const requests = job.customers.map((customer) => requestOf(job, customer));
    return new Promise((resolve, reject) => {
      this.reject = reject;
      this.resolve = resolve;
      for (let i = 0; i < job.connections; i++) {
        const request = requests[i % requests.length];
        if (request) this.clients.push(new Client(this, request));
      }
      for (const client of this.clients) client.open();
      this.watch = setInterval(() => this.look(), 1_000);
      setTimeout(() => this.measure(), job.warmupMs);
    });
  }

  /** An answer that never comes is a failure too. */
  look() {
    const late = performance.now() - answerMsMax;
    if (this.clients.some((client) => client.isBusy && client.sentAt < late)) {
      this.fail(`no answer within ${answerMsMax / 1_000} s`);
    }
  }

  measure() {
    this.isMeasuring = true;
    this.startedAt = performance.now();
    process.send?.({ type: "measuring" });
    setTimeout(() => {
      this.elapsedMs = performance.now() - (this.startedAt ?? 0);
      this.isMeasuring = false;
      this.isSending = false;
      process.send?.({ type: "measured" });
    }, this.job.measuredMs);
  }

  /** @param {number} latencyMs @param {number} firstByteMs */
  record(latencyMs, firstByteMs) {
    this.served++;
    if (!this.isMeasuring) return;
    this.latencies.push(latencyMs);
    this.firstBytes.push(firstByteMs);
  }

  /** A client that has nothing more to do. @param {Client} client */
  rest(client) {
    client.socket?.end();
    if (++this.resting < this.clients.length) return;
    this.end();
    this.resolve?.({
      served: this.served,
      measured: this.latencies.length,
      elapsedMs: this.elapsedMs,
      latency: percentiles(this.latencies),
      firstByte: percentiles(this.firstBytes),
    });
  }

  end() {
    this.isSending = false;
    clearInterval(this.watch);
  }

  /** @param {string} message */
  fail(message) {
    this.end();
    for (const { socket } of this.clients) socket?.destroy();
    this.reject?.(new Error(message));
  }
}

/** @param {number[]} values milliseconds */
function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

process.on("message", (/** @type {Job} */ job) => {
  new Run(job).start().then(
    (result) => process.send?.({ type: "result", result }),
    (error) => process.send?.({ type: "failed", message: String(error.message) }),
  );
});
process.on("disconnect", () => process.exit());
