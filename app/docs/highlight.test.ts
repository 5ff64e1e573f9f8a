import { expect, it } from "vitest";
import { piecesOf } from "@/app/docs/highlight";
import { samples } from "@/lib/docs/testing/samples";
import { docsValues } from "@/lib/docs/values";

it("loses and adds no character of any sample", () => {
  const values = docsValues("http://localhost:3000");
  for (const { code } of samples) {
    for (const language of ["javascript", "python", "bash", "json", "text"]) {
      const text = code(values);
      expect(
        piecesOf(text, language)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
    }
  }
});

const tones = (code: string, language: string) =>
  piecesOf(code, language)
    .filter((piece) => piece.tone !== "plain")
    .map((piece) => `${piece.tone} ${piece.text}`);

it("tells names from strings in JSON", () => {
  expect(tones('{"a": "b", "c": ["d: e"], "f": null}', "json")).toEqual([
    'string "b"',
    'string "d: e"',
  ]);
});

it("takes neither an address nor a quoted mark for a comment", () => {
  expect(tones('fetch("https://a.b//c"); // why', "javascript")).toEqual([
    'string "https://a.b//c"',
    "comment // why",
  ]);
  expect(tones("curl http://a.b/#c 'x # y' # why", "bash")).toEqual([
    "string 'x # y'",
    "comment # why",
  ]);
});
