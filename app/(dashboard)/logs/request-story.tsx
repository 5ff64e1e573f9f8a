import { clsx } from "clsx";
import { Check, Minus, X } from "lucide-react";
import type { Route } from "next";
import type { ReactNode } from "react";
import { clockText } from "@/app/(dashboard)/logs/log-time";
import type {
  Cost,
  Fact,
  Refusal,
  RequestDetail,
  Step,
} from "@/app/(dashboard)/logs/request-detail";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button-link";
import { CodeBlock } from "@/components/code-block";
import { NearLink } from "@/components/near-link";
import { exactTimeText } from "@/components/relative-time-text";
import { countText } from "@/lib/count-text";

/** What became of a request, from its key to its settlement. */
export function RequestStory({ detail, zone }: { detail: RequestDetail; zone: string }) {
  const { refusal, cost, body, steps, facts } = detail;
  return (
    <div className="grid grid-cols-1 gap-6">
      <Head detail={detail} zone={zone} />
      {refusal ? <RefusalPart refusal={refusal} /> : null}
      <Part title="Steps">
        <ol className="grid">
          {steps.map((step, index) => (
            <StepItem key={step.name} step={step} isLast={index === steps.length - 1} />
          ))}
        </ol>
      </Part>
      {cost ? <CostPart cost={cost} /> : null}
      {body ? (
        <Part title="Error body">
          <CodeBlock
            label={`Error body, ${body.dialect} dialect`}
            code={body.text}
            copyLabel="Copy the error body"
            wrap
          />
          <p className="mt-2 text-xs text-fg-3">
            In {body.dialect}’s form, made again from what was logged. {body.note}
          </p>
        </Part>
      ) : null}
      <Part title="Details">
        <Facts facts={facts} />
        <p className="mt-3 text-xs text-fg-3">
          Prompts and answers aren’t stored: they are yours alone.
        </p>
      </Part>
    </div>
  );
}

function Head({ detail, zone }: { detail: RequestDetail; zone: string }) {
  const { method, path, status, statusTitle, outcome, tone, at, keyId, keyName, hasKey } = detail;
  return (
    <div className="grid gap-2">
      <p className="font-mono text-base wrap-anywhere">
        <span className="text-fg-3">{method}</span> {path}
      </p>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-fg-2">
        <Badge tone={tone} className="tabular-nums">
          {status} {statusTitle}
        </Badge>
        <span>{outcome}</span>
        <time dateTime={at} title={exactTimeText(new Date(at))} className="tabular-nums">
          {clockText(new Date(at), zone)}
        </time>
        {hasKey ? (
          <NearLink
            href={`/keys/${keyId}` as Route}
            className="max-w-60 truncate text-fg underline underline-offset-3"
          >
            {keyName}
          </NearLink>
        ) : (
          <span>{keyName}</span>
        )}
      </p>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2.5 text-sm font-medium text-fg-2">{title}</h3>
      {children}
    </section>
  );
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-4 gap-y-1.5 text-sm">
      {facts.map(({ label, value }) => (
        <div key={label} className="contents">
          <dt className="text-fg-3">{label}</dt>
          <dd className="min-w-0 tabular-nums wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function RefusalPart({ refusal }: { refusal: Refusal }) {
  const { title, text, compared, fixes, whoCan } = refusal;
  return (
    <section className="rounded-lg border border-amber/30 bg-amber-soft p-4">
      <h3 className="font-semibold text-amber">{title}</h3>
      <p className="mt-1 text-fg">{text}</p>
      {compared.length > 0 ? (
        <dl className="mt-3 grid gap-x-4 gap-y-1 text-sm">
          {compared.map(({ label, value }) => (
            <div
              key={label}
              className="flex flex-wrap items-baseline justify-between gap-x-4 border-t border-amber/20 pt-1"
            >
              <dt className="text-fg-2">{label}</dt>
              <dd className="min-w-0 font-mono text-[0.78125rem] wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
      ) : null}
      {whoCan ? <p className="mt-3 text-sm text-fg-2">{whoCan}</p> : null}
      <p className="mt-4 flex flex-wrap gap-2">
        {fixes.map(({ label, href }, index) => (
          <ButtonLink
            key={label}
            size="sm"
            href={href as Route}
            variant={index === 0 && fixes.length > 1 ? "primary" : "secondary"}
          >
            {label}
          </ButtonLink>
        ))}
      </p>
    </section>
  );
}

const marks = {
  done: { icon: Check, className: "border-green/30 bg-green-soft text-green", word: "done" },
  failed: { icon: X, className: "border-red/30 bg-red-soft text-red", word: "failed" },
  ended: {
    icon: Minus,
    className: "border-amber/35 bg-amber-soft text-amber",
    word: "ended early",
  },
  skipped: { icon: Minus, className: "border-line-strong text-fg-3", word: "not reached" },
} as const;

function StepItem({ step, isLast }: { step: Step; isLast: boolean }) {
  const { icon: Icon, className, word } = marks[step.state];
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      {isLast ? null : (
        <span aria-hidden className="absolute top-6 bottom-0 left-2.75 w-px bg-line" />
      )}
      <span
        className={clsx("grid size-5.5 shrink-0 place-items-center rounded-full border", className)}
      >
        <Icon aria-hidden className="size-3" />
        <span className="sr-only">{word}: </span>
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline justify-between gap-3">
          <span className={clsx("font-medium", step.state === "skipped" && "text-fg-3")}>
            {step.name}
          </span>
          {step.atMs === null ? null : (
            <span className="shrink-0 text-xs text-fg-3 tabular-nums">
              after {countText(BigInt(step.atMs))} ms
            </span>
          )}
        </p>
        <p className="text-sm wrap-anywhere text-fg-2">{step.text}</p>
      </div>
    </li>
  );
}

function CostPart({ cost }: { cost: Cost }) {
  const { lines, unrounded, total, totalNanos, held, released, note } = cost;
  return (
    <Part title="Cost">
      <table className="w-full text-sm tabular-nums">
        <caption className="sr-only">How the cost comes about</caption>
        <thead className="text-xs text-fg-3">
          <tr className="border-b border-line [&>th]:pb-1.5 [&>th]:font-normal">
            <th scope="col" className="text-left">
              Tokens
            </th>
            <th scope="col" className="text-right">
              × per million
            </th>
            <th scope="col" className="text-right">
              Amount
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line [&_td]:py-1.5">
          {lines.map(({ label, tokens, price, amount }) => (
            <tr key={label}>
              <td>
                {tokens} <span className="text-fg-3">{label.toLowerCase()}</span>
              </td>
              <td className="text-right font-mono text-[0.78125rem]">{price}</td>
              <td className="text-right font-mono text-[0.78125rem] wrap-anywhere">{amount}</td>
            </tr>
          ))}
          {unrounded ? (
            <tr className="text-fg-2">
              <td colSpan={2}>Sum, rounded up to a billionth of a dollar</td>
              <td className="text-right font-mono text-[0.78125rem] wrap-anywhere">{unrounded}</td>
            </tr>
          ) : null}
        </tbody>
        <tfoot className="border-t border-line font-medium [&_td]:pt-1.5">
          <tr>
            <td colSpan={2}>Charged</td>
            <td data-nanos={totalNanos} className="text-right font-mono text-[0.78125rem]">
              {total}
            </td>
          </tr>
        </tfoot>
      </table>
      {held ? (
        <p className="mt-2 text-xs text-fg-3">
          {held} was set aside when it was admitted{released ? `; ${released} came back` : ""}.
        </p>
      ) : null}
      {note ? <p className="mt-1 text-xs text-fg-3">{note}</p> : null}
    </Part>
  );
}
