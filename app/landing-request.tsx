"use client";

import { Fragment, useSyncExternalStore } from "react";
import { landingSnippets } from "@/app/landing-snippets";
import { CodeBlock } from "@/components/code-block";
import { Tabs } from "@/components/tabs";

/** What the static page says until the browser knows better. */
const defaultOrigin = "http://localhost:3000";

const neverChanges = () => () => {};

/** A request that works on the host it is read from: the origin is filled in by the browser. */
export function LandingRequest({ keyVariable }: { keyVariable: string }) {
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => defaultOrigin,
  );
  const baseUrl = `${origin}/v1`;
  return (
    <Tabs
      label="Language"
      items={landingSnippets(baseUrl, keyVariable).map(({ language, code }) => ({
        value: language,
        label: language,
        content: (
          // As tall as the longest of the three (13 lines), so that nothing moves with the language.
          <CodeBlock
            code={code}
            label={`Request in ${language}`}
            className="min-h-[calc(17.75rem+2px)]"
          >
            <Emphasis code={code} words={[baseUrl, keyVariable]} />
          </CodeBlock>
        ),
      }))}
    />
  );
}

/** Sets the two things a reader has to change in full strength, the rest a shade back. */
function Emphasis({ code, words }: { code: string; words: readonly string[] }) {
  let offset = 0;
  return splitAround(code, words).map((part) => {
    const key = offset;
    offset += part.length;
    return words.includes(part) ? (
      <span key={key} className="text-fg">
        {part}
      </span>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    );
  });
}

function splitAround(text: string, words: readonly string[]): string[] {
  return words.reduce<string[]>(
    (parts, word) =>
      parts.flatMap((part) =>
        part.split(word).flatMap((rest, index) => (index === 0 ? [rest] : [word, rest])),
      ),
    [text],
  );
}
