import { z } from "zod";

/** What the upstream does with a request. The prompt carries it, so that parallel requests can't mix. */
export const plays = [
  "answer",
  "drip",
  "endless",
  "slow",
  "cut_clean",
  "cut_mid_frame",
  "reset",
  "garbage",
  "fail",
  "fail_once",
  "busy",
  "html",
  "no_usage",
  "negative_usage",
  "text_usage",
  "huge_usage",
] as const;
export type Play = (typeof plays)[number];

export interface Prompt {
  /** Names this body; requests with the same body share it. */
  body: string;
  play: Play;
  /** Output tokens of the whole answer: as many words. */
  words: number;
}

const form = /chaos body=([0-9a-z-]+) play=([a-z_]+) words=(\d+)/;

export function writePrompt({ body, play, words }: Prompt): string {
  return `chaos body=${body} play=${play} words=${words}`;
}

/** Finds the prompt in a request of either protocol; null where there is none. */
export function findPrompt(text: string): Prompt | null {
  const match = form.exec(text);
  const play = z.enum(plays).safeParse(match?.[2]);
  if (!match?.[1] || !play.success) return null;
  return { body: match[1], play: play.data, words: Number(match[3]) };
}

/** Each is one token, by any count. */
export function wordAt(index: number): string {
  return index === 0 ? "w0" : ` w${index}`;
}

/** How many of the upstream's words a client has in what it received. */
export function countWords(received: string): number {
  return received.match(/\bw\d+\b/g)?.length ?? 0;
}

/** The input tokens that the upstream counts for a body, different from one to the next. */
export function inputTokensOf(body: string): number {
  let sum = 0;
  for (const character of body) sum = (sum * 31 + character.charCodeAt(0)) % 90;
  return 10 + sum;
}
