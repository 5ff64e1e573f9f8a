import { z } from "zod";
import { type Protocol, type StopReason, textChat } from "@/lib/gateway/chat";
import { ModelName, numberBetween, Text, TokenLimit } from "@/lib/gateway/protocols/fields";
import { parseBody } from "@/lib/gateway/validation";
import { newId } from "@/lib/id";

const StopText = Text.min(1, "must not be empty");

/** What `POST /v1/generate` takes; unknown fields are refused. */
export const GenerateRequest = z.strictObject(
  {
    prompt: Text.min(1, "must not be empty").describe("What the model answers."),
    model: ModelName,
    system: Text.optional().describe("What the model is told before the prompt."),
    max_tokens: TokenLimit.optional().describe("The most tokens to answer with."),
    temperature: numberBetween(0, 2).optional(),
    stop: z
      .union([StopText, z.array(StopText).max(4)], {
        error: "must be a string or a list of at most 4 strings",
      })
      .optional()
      .describe("The answer ends before the first of these."),
    stream: z
      .literal(false, {
        error: "must be false; /v1/chat/completions and /v1/messages stream",
      })
      .optional(),
  },
  { error: "must be an object" },
);

const finishReasons = {
  stop: "stop",
  length: "length",
  stop_sequence: "stop",
  tool_call: "stop",
  refusal: "content_filter",
} as const satisfies Record<StopReason, string>;

/** What `POST /v1/generate` answers. */
export const GenerateAnswer = z.object({
  success: z.literal(true),
  id: z.string(),
  object: z.literal("generation"),
  model: z.string(),
  text: z.string(),
  finish_reason: z
    .enum(["stop", "length", "content_filter"])
    .describe("Why the text ends: it was complete, `max_tokens` was reached, or it was withheld."),
  usage: z.object({ input_tokens: z.int(), output_tokens: z.int(), total_tokens: z.int() }),
  created_at: z.iso.datetime(),
});

/** `POST /v1/generate`: one prompt, one text, in a single JSON answer. */
export const generate: Protocol = {
  parse(raw) {
    const body = parseBody(GenerateRequest, raw);
    const system =
      body.system === undefined ? [] : [{ role: "system" as const, text: body.system }];
    const chat = textChat(body.model, [...system, { role: "user", text: body.prompt }]);
    return {
      ...chat,
      maxTokens: body.max_tokens ?? null,
      stop: body.stop === undefined ? [] : [body.stop].flat(),
      sampling: { ...chat.sampling, temperature: body.temperature ?? null },
    };
  },

  answerBody(request, answer, answeredAt) {
    const [choice] = answer.choices;
    const { inputTokens, outputTokens } = answer;
    return {
      success: true,
      id: newId("generation"),
      object: "generation",
      model: request.model,
      text: choice?.text ?? "",
      finish_reason: finishReasons[choice?.stopReason ?? "stop"],
      usage: {
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
      },
      created_at: answeredAt.toISOString(),
    };
  },

  openStream() {
    throw new Error("/v1/generate doesn't stream");
  },
};
