"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from "react";

export interface TokenInputProps {
  id: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
  /** What one of them is called, for the buttons that take one out: "model". */
  noun: string;
  values: readonly string[];
  onValuesChange: (values: string[]) => void;
  /** The places in `values` of those that are wrong. */
  invalid?: ReadonlySet<number>;
  placeholder?: string;
}

const separators = /[\s,;]+/;

/**
 * Several short texts in one field: Enter, a comma, a space or leaving the field adds what was typed, a
 * paste adds each of its parts, Backspace in the empty field takes the last one back to be mended.
 */
export function TokenInput(props: TokenInputProps) {
  const { noun, values, onValuesChange, invalid, placeholder, ...control } = props;
  const field = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState("");

  function add(text: string) {
    const added = text.split(separators).filter((part) => part !== "");
    setDraft("");
    if (added.length > 0) onValuesChange([...new Set([...values, ...added])]);
  }

  function remove(index: number) {
    onValuesChange(values.filter((_, place) => place !== index));
    field.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const ends =
      event.key === "Enter" || event.key === "," || event.key === ";" || event.key === " ";
    if (ends && draft !== "") {
      // Not the form's Enter: there is something to add first.
      event.preventDefault();
      add(draft);
    } else if (event.key === "Backspace" && draft === "" && values.length > 0) {
      event.preventDefault();
      setDraft(values.at(-1) ?? "");
      onValuesChange(values.slice(0, -1));
    }
  }

  function onPaste(event: ClipboardEvent) {
    const text = event.clipboardData.getData("text");
    if (!separators.test(text.trim())) return;
    event.preventDefault();
    add(`${draft}${text}`);
  }

  return (
    <div
      className={clsx(
        "flex min-h-8 flex-wrap items-center gap-1 rounded-md border border-line-strong bg-raised p-1 transition-colors duration-100",
        "hover:border-line-control has-[input:focus-visible]:border-accent has-[input:focus-visible]:outline-2 has-[input:focus-visible]:-outline-offset-1 has-[input:focus-visible]:outline-accent",
        control["aria-invalid"] && "border-red",
      )}
    >
      {values.map((value, index) => (
        <span
          key={value}
          className={clsx(
            "inline-flex min-w-0 items-center gap-0.5 rounded-sm border py-px pl-1.5 font-mono text-xs",
            invalid?.has(index) ? "border-red/30 bg-red-soft text-red" : "border-line bg-panel",
          )}
        >
          <span className="min-w-0 py-0.5 break-all">{value}</span>
          <button
            type="button"
            aria-label={`Remove ${noun} ${value}`}
            onClick={() => remove(index)}
            className="grid size-6 shrink-0 place-items-center rounded-sm text-fg-3 hover:text-fg [&_svg]:size-3"
          >
            <X aria-hidden />
          </button>
        </span>
      ))}
      <input
        {...control}
        ref={field}
        type="text"
        value={draft}
        placeholder={values.length === 0 ? placeholder : undefined}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
        onBlur={() => add(draft)}
        className="h-6 min-w-32 flex-1 bg-transparent px-1.5 font-mono text-[0.8125rem] text-fg outline-none placeholder:font-sans max-md:text-md"
      />
    </div>
  );
}
