import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { FirstRequestWatch } from "@/app/(dashboard)/overview/first-request-watch";
import { ButtonLink } from "@/components/button-link";
import { CodeBlock } from "@/components/code-block";
import { Section } from "@/components/section";
import { getDb } from "@/db/client";
import { brand } from "@/lib/brand";
import { apiBaseUrl } from "@/lib/env";
import type { Scope } from "@/lib/scope";
import { type Checklist, getChecklist } from "@/lib/usage/overview-queries";

/** The way to a first paid request, until it has been gone. */
export async function GetStarted({ scope }: { scope: Scope }) {
  const checklist = await getChecklist(getDb(), scope);
  const done = [checklist.hasKey, checklist.hasRequest, checklist.hasTopUp];
  const open = done.indexOf(false);
  if (open === -1) return null;
  return (
    <Section
      title="Get started"
      description={`${done.filter(Boolean).length} of 3 steps done`}
      className="[&>div:last-child]:p-0"
    >
      <ol className="mt-3.5 divide-y divide-line border-t border-line">
        <CreateKeyStep isDone={checklist.hasKey} isOpen={open === 0} />
        <FirstRequestStep checklist={checklist} isOpen={open === 1} />
        <TopUpStep isDone={checklist.hasTopUp} isOpen={open === 2} />
      </ol>
    </Section>
  );
}

interface StepProps {
  number: number;
  title: string;
  isDone: boolean;
  isOpen: boolean;
  children: ReactNode;
}

/** A step: its text and the way to do it are there while it is the next one. */
function Step({ number, title, isDone, isOpen, children }: StepProps) {
  return (
    <li className="flex gap-3 px-4 py-3.5" aria-current={isOpen ? "step" : undefined}>
      <span
        aria-hidden
        className={clsx(
          "grid size-5 shrink-0 place-items-center rounded-full border text-2xs tabular-nums",
          isDone && "border-green bg-green-soft text-green",
          isOpen && "border-accent text-accent",
          !isDone && !isOpen && "border-line-strong text-fg-3",
        )}
      >
        {isDone ? <Check className="size-3" strokeWidth={3} /> : number}
      </span>
      <div className="grid min-w-0 flex-1 gap-3">
        <h3 className={clsx("text-base", isOpen ? "font-medium" : "text-fg-2")}>
          {title}
          {isDone ? <span className="sr-only"> (done)</span> : null}
        </h3>
        {isOpen ? children : null}
      </div>
    </li>
  );
}

function CreateKeyStep({ isDone, isOpen }: { isDone: boolean; isOpen: boolean }) {
  return (
    <Step number={1} title="Create a key" isDone={isDone} isOpen={isOpen}>
      <p className="-mt-2.5 text-sm text-fg-2">
        Your application authenticates with it. It is shown once, so store it safely.
      </p>
      <div>
        <ButtonLink href="/keys?new=1" variant="primary">
          Create key
        </ButtonLink>
      </div>
    </Step>
  );
}

function firstRequest(): string {
  return `export ${brand.keyVariable}=YOUR_API_KEY

curl ${apiBaseUrl()}/chat/completions \\
  -H "Authorization: Bearer $${brand.keyVariable}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "deepseek-chat",
    "messages": [{"role": "user", "content": "Say hello."}]
  }'`;
}

function FirstRequestStep({ checklist, isOpen }: { checklist: Checklist; isOpen: boolean }) {
  return (
    <Step number={2} title="Make the first request" isDone={checklist.hasRequest} isOpen={isOpen}>
      <p className="-mt-2.5 text-sm text-fg-2">
        Put your key in place of <code className="font-mono">YOUR_API_KEY</code>. We keep no copy of
        it; if you have lost it, create another.
      </p>
      <CodeBlock code={firstRequest()} label="First request in curl" />
      <FirstRequestWatch />
    </Step>
  );
}

function TopUpStep({ isDone, isOpen }: { isDone: boolean; isOpen: boolean }) {
  return (
    <Step number={3} title="Top up your balance" isDone={isDone} isOpen={isOpen}>
      <p className="-mt-2.5 text-sm text-fg-2">
        The welcome credit gets you started. Top up so requests keep working when it is used up.
      </p>
      <div>
        <ButtonLink href="/billing?add=1" variant="primary">
          Top up
        </ButtonLink>
      </div>
    </Step>
  );
}
