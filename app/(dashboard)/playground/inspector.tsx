"use client";

import { useState } from "react";
import type { ChatBody } from "@/app/(dashboard)/playground/chat-body";
import {
  codeSamples,
  requestText,
  type SampleNames,
} from "@/app/(dashboard)/playground/code-samples";
import type { Exchange } from "@/app/(dashboard)/playground/use-answer";
import { CodeBlock } from "@/components/code-block";
import { Section } from "@/components/section";
import { Segmented } from "@/components/segmented";

const views = [
  { value: "request", label: "Request" },
  { value: "answer", label: "Answer" },
  { value: "code", label: "Code" },
] as const;

export interface InspectorProps {
  /** What would be sent now. */
  body: ChatBody;
  /** What was sent last, and what came back. */
  exchange: Exchange | null;
  names: SampleNames;
  defaultMaxTokens: number;
}

const codeClass = "[&>section]:max-h-96";

/** The request and the answer as they are on the wire, and the request as a program would make it. */
export function Inspector({ body, exchange, names, defaultMaxTokens }: InspectorProps) {
  const [view, setView] = useState<(typeof views)[number]["value"]>("request");
  return (
    <Section
      title="API call"
      description={
        view === "code"
          ? "The next request, as a program makes it."
          : view === "answer"
            ? "What the API answered last, as it came."
            : "The next request. The key stands where your program puts it."
      }
      actions={<Segmented label="Show" options={views} value={view} onValueChange={setView} />}
    >
      {view === "request" ? (
        <CodeBlock
          code={requestText(body, names)}
          label="Raw request"
          copyLabel="Copy request"
          className={codeClass}
        />
      ) : view === "answer" ? (
        <RawAnswer exchange={exchange} />
      ) : (
        <Samples body={body} names={names} defaultMaxTokens={defaultMaxTokens} />
      )}
    </Section>
  );
}

function RawAnswer({ exchange }: { exchange: Exchange | null }) {
  if (!exchange || exchange.head === "") {
    return <p className="text-sm text-fg-2">Nothing yet: send a message.</p>;
  }
  const { head, raw, isCut } = exchange;
  return (
    <>
      <CodeBlock
        code={`${head}\n\n${raw}`}
        label="Raw answer"
        copyLabel="Copy answer"
        className={codeClass}
      />
      {isCut ? (
        <p className="mt-2 text-xs text-fg-3">Longer than is shown here: this is its start.</p>
      ) : null}
    </>
  );
}

function Samples({ body, names, defaultMaxTokens }: Omit<InspectorProps, "exchange">) {
  const samples = codeSamples(body, names, defaultMaxTokens);
  const [id, setId] = useState("curl");
  const sample = samples.find((one) => one.id === id) ?? samples[0];
  if (!sample) return null;
  return (
    <div className="grid justify-items-start gap-3">
      <Segmented
        label="Copy as"
        options={samples.map((one) => ({ value: one.id, label: one.label }))}
        value={sample.id}
        onValueChange={setId}
        className="max-w-full overflow-x-auto"
      />
      <CodeBlock
        code={sample.code}
        label={`${sample.label} code`}
        copyLabel={`Copy as ${sample.label}`}
        className={`w-full ${codeClass}`}
      />
    </div>
  );
}
