"use client";

import { clsx } from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Primitive } from "radix-ui";
import { type ComponentProps, type ReactNode, useRef } from "react";
import { rememberMenuTrigger } from "@/components/focus-return";
import { Kbd } from "@/components/kbd";

const itemClass =
  "relative flex h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 text-[0.84375rem] " +
  "outline-none data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 max-md:h-10";

export interface DropdownMenuProps {
  /** The button that opens the menu; it needs an accessible name of its own. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
}

/** A menu of acts behind a button. */
export function DropdownMenu({ trigger, children, align, side, className }: DropdownMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  return (
    <Primitive.Root
      modal={false}
      onOpenChange={(open) => open && rememberMenuTrigger(button.current)}
    >
      <Primitive.Trigger ref={button} asChild>
        {trigger}
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align={align ?? "end"}
          side={side ?? "bottom"}
          sideOffset={6}
          collisionPadding={8}
          className={clsx(
            "z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-lg border",
            "border-line-strong bg-raised p-1 shadow-float data-[state=open]:animate-pop-in",
            "origin-(--radix-dropdown-menu-content-transform-origin)",
            className,
          )}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export interface DropdownMenuItemProps extends ComponentProps<typeof Primitive.Item> {
  icon?: ReactNode;
  tone?: "plain" | "danger";
  kbd?: string;
}

/** One act. Use `onSelect` for what it does, or `asChild` around a link. */
export function DropdownMenuItem(props: DropdownMenuItemProps) {
  const { icon, tone = "plain", kbd, className, children, ...rest } = props;
  const classes = clsx(
    itemClass,
    tone === "danger"
      ? "text-red data-highlighted:bg-red-soft"
      : "text-fg data-highlighted:bg-hover [&_svg]:text-fg-3",
    className,
  );
  if (rest.asChild) {
    return (
      <Primitive.Item {...rest} className={classes}>
        {children}
      </Primitive.Item>
    );
  }
  return (
    <Primitive.Item {...rest} className={classes}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {kbd ? <Kbd>{kbd}</Kbd> : null}
    </Primitive.Item>
  );
}

export interface DropdownMenuChoiceProps {
  label: string;
  options: readonly { value: string; label: string; icon?: ReactNode }[];
  value: string;
  onValueChange: (value: string) => void;
}

/** A choice inside a menu; picking one leaves the menu open, so that the effect can be seen. */
export function DropdownMenuChoice(props: DropdownMenuChoiceProps) {
  return (
    <Primitive.RadioGroup
      aria-label={props.label}
      value={props.value}
      onValueChange={props.onValueChange}
    >
      {props.options.map((option) => (
        <Primitive.RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => event.preventDefault()}
          className={clsx(itemClass, "text-fg data-highlighted:bg-hover [&_svg]:text-fg-3")}
        >
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <Primitive.ItemIndicator>
            <Check aria-hidden className="size-3.5!" />
          </Primitive.ItemIndicator>
        </Primitive.RadioItem>
      ))}
    </Primitive.RadioGroup>
  );
}

export function DropdownMenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 py-1.5 text-xs text-fg-3">{children}</Primitive.Label>;
}

export function DropdownMenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 h-px bg-line" />;
}
