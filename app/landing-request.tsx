import { Fragment } from "react";
import { CopyShown } from "@/app/docs/copy-shown";
import { withOrigin } from "@/app/docs/with-origin";
import { landingSnippets } from "@/app/landing-snippets";
import { CodeBlock } from "@/components/code-block";
import { originMark } from "@/lib/docs/values";

/**
 * A request that works on the host it is read from: the browser fills in its own origin, and choosing a
 * language is the islands' part, so that the page needs no framework.
 */
export function LandingRequest({ keyVariable }: { keyVariable: string }) {
  const snippets = landingSnippets(`${originMark}/v1`, keyVariable);
  const keys = snippets.map(({ language }) => language.toLowerCase());
  return (
    <div data-tabs data-choice="none" data-keys={keys.join(" ")} className="min-w-0">
      {/* The line is the frame's, so that the scrolling row can hang out by the tabs' padding. */}
      <div className="border-b border-line">
        <div
          role="tablist"
          aria-label="Language"
          className="-mx-1 flex gap-2 overflow-x-auto [scrollbar-width:none]"
        >
          {snippets.map(({ language }, index) => (
            <button
              key={language}
              type="button"
              role="tab"
              data-tab={language.toLowerCase()}
              id={`request-${language.toLowerCase()}-tab`}
              aria-controls={`request-${language.toLowerCase()}`}
              aria-selected={index === 0}
              tabIndex={index === 0 ? 0 : -1}
              className="relative shrink-0 rounded-md px-1 py-2 text-sm text-fg-3 transition-colors duration-100 after:absolute after:inset-x-1 after:bottom-0 after:h-[1.5px] hover:text-fg focus-visible:outline-offset-[-2px] aria-selected:font-medium aria-selected:text-fg aria-selected:after:bg-fg"
            >
              {language}
            </button>
          ))}
        </div>
      </div>
      {snippets.map(({ language, code }, index) => (
        <div
          key={language}
          role="tabpanel"
          id={`request-${language.toLowerCase()}`}
          aria-labelledby={`request-${language.toLowerCase()}-tab`}
          data-panel={language.toLowerCase()}
          data-code
          className={index === 0 ? "mt-3" : "mt-3 hidden"}
        >
          {/* As tall as the longest of the three (13 lines), so that nothing moves with the language. */}
          <CodeBlock
            code=""
            label={`Request in ${language}`}
            className="min-h-[calc(17.75rem+2px)]"
            copyButton={<CopyShown label="Copy" />}
          >
            <Emphasis code={code} words={[`${originMark}/v1`, keyVariable]} />
          </CodeBlock>
        </div>
      ))}
    </div>
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
        {withOrigin(part)}
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
