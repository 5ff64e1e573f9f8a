import { Fragment, type ReactNode } from "react";
import { withOrigin } from "@/app/docs/with-origin";

interface Piece {
  tone: "comment" | "string" | "plain";
  text: string;
}

const hashComments = "(?<comment>(?:^|(?<=\\s))#[^\\n]*)";
const slashComments = "(?<comment>(?<![:\"'`])//[^\\n]*)";
const quoted = "(?<string>\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\])*'|`(?:\\\\.|[^`\\\\])*`)";

const javascript = new RegExp(`${slashComments}|${quoted}`, "gm");
const hash = new RegExp(`${hashComments}|${quoted}`, "gm");
const json = /(?<name>"(?:\\.|[^"\\\n])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\\n])*")/gm;

const grammars: Record<string, RegExp> = {
  javascript,
  typescript: javascript,
  tsx: javascript,
  bash: hash,
  python: hash,
  ini: hash,
  powershell: hash,
  json,
};

/** Cuts code into comments, strings and the rest: enough for three shades, and no wrong colours. */
export function piecesOf(code: string, language: string): Piece[] {
  const grammar = grammars[language];
  if (!grammar) return [{ tone: "plain", text: code }];
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of code.matchAll(grammar)) {
    if (match.index > end) pieces.push({ tone: "plain", text: code.slice(end, match.index) });
    end = match.index + match[0].length;
    const { comment, name } = match.groups ?? {};
    pieces.push({ tone: comment ? "comment" : name ? "plain" : "string", text: match[0] });
  }
  if (end < code.length) pieces.push({ tone: "plain", text: code.slice(end) });
  return pieces;
}

const classes = { comment: "text-fg-3", string: "text-fg", plain: undefined };

/** Code in three shades of the text's colour: what a reader changes stands out. */
export function highlight(code: string, language: string): ReactNode {
  let offset = 0;
  return piecesOf(code, language).map(({ tone, text }) => {
    offset += text.length;
    const className = classes[tone];
    return className ? (
      <span key={offset} className={className}>
        {withOrigin(text)}
      </span>
    ) : (
      <Fragment key={offset}>{withOrigin(text)}</Fragment>
    );
  });
}
