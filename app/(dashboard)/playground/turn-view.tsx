"use client";

import { clsx } from "clsx";
import { Pencil, Trash2 } from "lucide-react";
import type { Route } from "next";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type TurnRole, turnRoles } from "@/app/(dashboard)/playground/chat-body";
import type { Turn } from "@/app/(dashboard)/playground/turns";
import { Button } from "@/components/button";
import { CopyButton } from "@/components/copy-button";
import { NearLink } from "@/components/near-link";
import { Select } from "@/components/select";
import { Spinner } from "@/components/spinner";
import { Textarea } from "@/components/textarea";
import { formatUsdExact } from "@/lib/money";

export const roleNames: Record<TurnRole, string> = {
  user: "User",
  assistant: "Assistant",
  system: "System",
};

const frameClass = "group grid gap-1 border-b border-line px-4 py-3 last:border-0";
/** Texts are shown as they are: nothing in an answer becomes markup. */
const textClass = "text-base whitespace-pre-wrap wrap-anywhere";

export interface TurnViewProps {
  turn: Turn;
  /** While an answer comes nothing before it is changed. */
  isLocked: boolean;
  onChange: (turn: Turn) => void;
  onRemove: () => void;
}

/** A message, with what can be done with it; an answer also with what it used and cost. */
export function TurnView({ turn, isLocked, onChange, onRemove }: TurnViewProps) {
  const [isEditing, setEditing] = useState(false);
  const edit = useRef<HTMLButtonElement>(null);
  const { role, text } = turn;
  const name = roleNames[role];
  if (isEditing) {
    return (
      <TurnEditor
        turn={turn}
        onDone={(next) => {
          setEditing(false);
          if (next) onChange(next);
          // The button is there again after this has been drawn.
          requestAnimationFrame(() => edit.current?.focus());
        }}
      />
    );
  }
  return (
    <li className={clsx(frameClass, role === "assistant" && "bg-panel")}>
      <div className="flex h-7 items-center justify-between gap-2">
        <h3 className="text-xs font-medium text-fg-3">{name}</h3>
        <div
          className={clsx(
            "flex opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100",
            isLocked && "invisible",
          )}
        >
          <CopyButton
            text={text}
            iconOnly
            size="sm"
            label={`Copy the ${name.toLowerCase()}'s text`}
          />
          <Button
            ref={edit}
            size="sm"
            variant="ghost"
            iconOnly
            aria-label="Edit message"
            onClick={() => setEditing(true)}
          >
            <Pencil aria-hidden />
          </Button>
          <Button
            size="sm"
            variant="ghost"
            iconOnly
            aria-label="Remove message"
            onClick={(event) => {
              const list = event.currentTarget.closest("section");
              onRemove();
              list?.focus({ preventScroll: true });
            }}
          >
            <Trash2 aria-hidden />
          </Button>
        </div>
      </div>
      {text === "" ? (
        <p className="text-fg-3">An empty answer.</p>
      ) : (
        <p className={textClass}>{text}</p>
      )}
      {role === "assistant" ? <TurnFacts turn={turn} /> : null}
    </li>
  );
}

const wholeFormat = new Intl.NumberFormat("en-US");

function msText(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** What an answer used, cost and took, from the books; and how it ended, where it isn't whole. */
function TurnFacts({ turn }: { turn: Turn }) {
  const { receipt, requestId, end } = turn;
  const facts: [string, ReactNode][] = [];
  if (end) facts.push(["end", end === "stopped" ? "Stopped" : "Broke off"]);
  if (receipt) {
    facts.push(
      [
        "tokens",
        `${wholeFormat.format(receipt.inputTokens)} tokens in, ${wholeFormat.format(receipt.outputTokens)} out`,
      ],
      [
        "cost",
        <span key="cost" data-nanos={receipt.costNanos}>
          {BigInt(receipt.costNanos) === 0n
            ? "no charge"
            : formatUsdExact(BigInt(receipt.costNanos))}
        </span>,
      ],
    );
    if (receipt.firstByteMs !== null) {
      facts.push(["first", `first byte ${msText(receipt.firstByteMs)}`]);
    }
    facts.push(["time", `${msText(receipt.latencyMs)} in all`]);
  }
  if (requestId) {
    facts.push([
      "request",
      <NearLink
        key="request"
        href={`/logs?request=${requestId}` as Route}
        title={requestId}
        className="underline underline-offset-2 hover:text-fg"
      >
        See in Logs
      </NearLink>,
    ]);
  }
  if (facts.length === 0) return null;
  return (
    <ul
      aria-label="What it took"
      className="mt-1 flex flex-wrap gap-x-1.5 text-xs text-fg-3 tabular-nums [&>li:not(:last-child)]:after:ml-1.5 [&>li:not(:last-child)]:after:content-['·']"
    >
      {facts.map(([id, fact]) => (
        <li key={id}>{fact}</li>
      ))}
    </ul>
  );
}

/** An answer while it comes. It is read out when it is whole, not word by word. */
export function RunningTurn({ text }: { text: string }) {
  return (
    <li aria-busy className={clsx(frameClass, "bg-panel")}>
      <div className="flex h-7 items-center">
        <h3 className="text-xs font-medium text-fg-3">{roleNames.assistant}</h3>
      </div>
      {text === "" ? (
        <p className="flex items-center gap-2 text-fg-3">
          <Spinner /> Waiting for the first word…
        </p>
      ) : (
        <p className={textClass}>
          {text}
          <span
            aria-hidden
            className="ml-0.5 inline-block h-3.5 w-1.5 animate-pulse bg-fg-3 align-[-0.125em] motion-reduce:animate-none"
          />
        </p>
      )}
    </li>
  );
}

function TurnEditor({ turn, onDone }: { turn: Turn; onDone: (turn: Turn | null) => void }) {
  const [role, setRole] = useState(turn.role);
  const [text, setText] = useState(turn.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    const end = field.current?.value.length ?? 0;
    field.current?.focus();
    field.current?.setSelectionRange(end, end);
  }, []);

  function save() {
    const isSame = role === turn.role && text === turn.text;
    // What is no longer as it came has no request to its name.
    onDone(isSame ? null : { ...turn, role, text, requestId: null, receipt: null, end: null });
  }

  return (
    <li className={clsx(frameClass, "gap-2.5")}>
      <label htmlFor={`${id}-role`} className="sr-only">
        Role
      </label>
      <Select
        id={`${id}-role`}
        className="w-32"
        value={role}
        onChange={(event) =>
          setRole(turnRoles.find((name) => name === event.target.value) ?? turn.role)
        }
        options={turnRoles.map((name) => ({ value: name, label: roleNames[name] }))}
      />
      <label htmlFor={`${id}-text`} className="sr-only">
        Message text
      </label>
      <Textarea
        id={`${id}-text`}
        ref={field}
        value={text}
        className="max-h-80"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone(null);
          if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) save();
        }}
      />
      <div className="flex gap-2">
        <Button size="sm" variant="primary" onClick={save}>
          Save
        </Button>
        <Button size="sm" onClick={() => onDone(null)}>
          Cancel
        </Button>
      </div>
    </li>
  );
}
