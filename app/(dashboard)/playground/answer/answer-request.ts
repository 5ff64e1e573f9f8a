import { z } from "zod";
import { turnRoles } from "@/app/(dashboard)/playground/chat-body";
import { AppError } from "@/lib/errors";

const bytesMax = 1_000_000;

/** The shape alone; whether a value is one that the model takes is for the API to say. */
const AnswerRequest = z.strictObject({
  keyId: z.string().max(100),
  body: z.strictObject({
    model: z.string().min(1).max(200),
    messages: z
      .array(z.strictObject({ role: z.enum(turnRoles), content: z.string() }))
      .min(1)
      .max(500),
    max_tokens: z.number().optional(),
    temperature: z.number().optional(),
    stream: z.literal(true).optional(),
    stream_options: z.strictObject({ include_usage: z.literal(true) }).optional(),
  }),
});
export type AnswerRequest = z.infer<typeof AnswerRequest>;

/** Reads the body no further than a megabyte. Throws VALIDATION_ERROR. */
export async function readAnswerRequest(request: Request): Promise<AnswerRequest> {
  const text = await readText(request);
  if (text === null) {
    throw new AppError("VALIDATION_ERROR", "The conversation is too long to send from here.");
  }
  try {
    const parsed = AnswerRequest.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON; answered as any other wrong shape.
  }
  throw new AppError("VALIDATION_ERROR");
}

/** The body's text; null where it is too long. */
async function readText(request: Request): Promise<string | null> {
  if (!request.body) return "";
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of request.body) {
    bytes += chunk.length;
    if (bytes > bytesMax) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
