import type { AttemptDetail } from "@/app/(dashboard)/webhooks/[id]/delivery-detail";
import { Badge } from "@/components/badge";
import { CodeBlock } from "@/components/code-block";
import { RelativeTime } from "@/components/relative-time";
import { countText } from "@/lib/count-text";
import { failureSentence } from "@/lib/webhooks/outcomes";
import { answerBytesMax, answerShownMax } from "@/lib/webhooks/terms";

/** One request to the receiver, and what it said. Its answer is a stranger's: text, and nothing else. */
export function AttemptItem({ attempt }: { attempt: AttemptDetail }) {
  const { number, at, durationMs, status, error, answer, answerBytes } = attempt;
  return (
    <li className="grid gap-2 px-3.5 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="text-fg-3 tabular-nums">#{number}</span>
        <Badge tone={error === null ? "green" : "red"} className="tabular-nums">
          {status ?? "no answer"}
        </Badge>
        <span className="text-fg-2 tabular-nums">{countText(durationMs)} ms</span>
        <RelativeTime at={at} className="ml-auto text-fg-3" />
      </div>
      {error === null ? null : <p className="text-fg-2">{failureSentence(error)}</p>}
      {answer === "" ? (
        status === null ? null : (
          <p className="text-xs text-fg-3">The answer had no body.</p>
        )
      ) : (
        <>
          <CodeBlock
            wrap
            label={`Answer to attempt ${number}`}
            code={answer}
            className="[&_section]:max-h-60 [&_section]:overflow-y-auto"
            copyLabel={`Copy the answer to attempt ${number}`}
          />
          {answerBytes > answerShownMax ? (
            <p className="text-xs text-fg-3">
              The first {answerShownMax / 1_024} kB of {countText(answerBytes)} bytes
              {answerBytes >= answerBytesMax ? " or more" : null}.
            </p>
          ) : null}
        </>
      )}
    </li>
  );
}
