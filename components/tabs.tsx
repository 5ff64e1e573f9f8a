"use client";

import { clsx } from "clsx";
import { Tabs as Primitive } from "radix-ui";
import type { ReactNode } from "react";

export interface TabItem {
  value: string;
  label: string;
  content: ReactNode;
}

export interface TabsProps {
  /** What the tabs choose between; read to assistive technology. */
  label: string;
  items: readonly TabItem[];
  defaultValue?: string;
  value?: string;
  onValueChange?: (value: string) => void;
  className?: string;
}

const triggerClass = clsx(
  "relative shrink-0 rounded-md px-1 py-2 text-sm text-fg-3 transition-colors duration-100 hover:text-fg",
  "after:absolute after:inset-x-1 after:bottom-0 after:h-[1.5px] data-[state=active]:after:bg-fg",
  "focus-visible:outline-offset-[-2px] data-[state=active]:font-medium data-[state=active]:text-fg",
);

/** Underlined tabs over their panels. Uncontrolled by default, starting with the first. */
export function Tabs({ label, items, defaultValue, value, onValueChange, className }: TabsProps) {
  return (
    <Primitive.Root
      value={value}
      defaultValue={defaultValue ?? items[0]?.value}
      onValueChange={onValueChange}
      className={clsx("min-w-0", className)}
    >
      {/* The line is the frame's, so that the scrolling row can hang out by the tabs' padding. */}
      <div className="border-b border-line">
        <Primitive.List
          aria-label={label}
          className="-mx-1 flex gap-2 overflow-x-auto [scrollbar-width:none]"
        >
          {items.map((item) => (
            <Primitive.Trigger key={item.value} value={item.value} className={triggerClass}>
              {item.label}
            </Primitive.Trigger>
          ))}
        </Primitive.List>
      </div>
      {items.map((item) => (
        <Primitive.Content key={item.value} value={item.value} className="mt-3">
          {item.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
