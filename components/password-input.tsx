"use client";

import { clsx } from "clsx";
import { type ComponentProps, useState } from "react";
import { controlClass } from "@/components/control-class";

/** A password field that can show what was typed. Pasting and password managers work. */
export function PasswordInput({ className, ...props }: Omit<ComponentProps<"input">, "type">) {
  const [shown, setShown] = useState(false);
  return (
    <span className="relative block">
      <input
        {...props}
        type={shown ? "text" : "password"}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={clsx(controlClass, "h-8 pr-14", className)}
      />
      <button
        type="button"
        aria-pressed={shown}
        aria-controls={props.id}
        onClick={() => setShown((now) => !now)}
        className="absolute inset-y-1 right-1 rounded-sm px-2 text-xs font-medium text-fg-2 hover:bg-hover hover:text-fg"
      >
        {shown ? "Hide" : "Show"}
      </button>
    </span>
  );
}
