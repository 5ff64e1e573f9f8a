// What the upstream answers and what every contestant must therefore deliver. Both sides of the bench
// read it here, so that a contestant that loses or changes something can't look fast.

export const model = "bench-model";
export const usage = { prompt_tokens: 24, completion_tokens: 120, total_tokens: 144 };

const words =
  "A gateway earns its place by what it refuses, what it counts and what it never loses, and by how " +
  "little of all that the caller can feel. ";

/** The whole text of the answer; with the frame around it about a kilobyte. */
export const text = words.repeat(6).slice(0, 700);

const pieces = 20;
const common = { id: "chatcmpl-bench00000000000000000000", created: 1_760_000_000, model };

/** The answer in one piece. */
export const answerBody = JSON.stringify({
  ...common,
  object: "chat.completion",
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: text, refusal: null },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage,
  service_tier: "default",
  system_fingerprint: "fp_bench",
});

/**
 * @param {object} delta
 * @param {string | null} reason
 */
function chunk(delta, reason = null) {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: reason }];
  return { ...common, object: "chat.completion.chunk", choices };
}

/** @param {object} data */
function frame(data) {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The answer as server-sent events, one string an event. */
export const frames = [
  frame(chunk({ role: "assistant", content: "", refusal: null })),
  ...Array.from({ length: pieces }, (_, index) => {
    const size = text.length / pieces;
    return frame(chunk({ content: text.slice(index * size, (index + 1) * size) }));
  }),
  frame(chunk({}, "stop")),
  frame({ ...common, object: "chat.completion.chunk", choices: [], usage }),
  "data: [DONE]\n\n",
];

/** The text that a stream's events carry, and its usage. Throws for what isn't a whole stream. */
export function readFrames(/** @type {string} */ stream) {
  const events = stream.split("\n\n").filter((event) => event.startsWith("data: "));
  if (events.pop() !== "data: [DONE]") throw new Error("a stream without its end");
  let content = "";
  /** @type {unknown} */
  let counted;
  for (const event of events) {
    const data = JSON.parse(event.slice("data: ".length));
    content += data.choices[0]?.delta.content ?? "";
    counted = data.usage ?? counted;
  }
  return { content, usage: counted };
}

/** @param {boolean} stream */
export function requestBody(stream) {
  return JSON.stringify({
    model,
    max_tokens: 200,
    temperature: 0.2,
    messages: [
      { role: "system", content: "You are terse. Answer in plain sentences." },
      {
        role: "user",
        content: "What should a gateway in front of a paid API be judged by, and why?",
      },
    ],
    ...(stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  });
}
