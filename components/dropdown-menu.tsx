"use client";

import { clsx } from "clsx";
import { Check } from "lucide-react";
import type { DropdownMenu as Primitive } from "radix-ui";
import {
  type ComponentProps,
  cloneElement,
  type KeyboardEvent,
  type MouseEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useId,
  useRef,
  useState,
} from "react";
import { rememberMenuTrigger } from "@/components/focus-return";
import { Kbd } from "@/components/kbd";
import { lazyPart } from "@/components/lazy-part";
import { MenuParts } from "@/components/menu-parts";

const DropdownMenuPanel = lazyPart(() => import("@/components/dropdown-menu-panel"));

function useParts(): typeof Primitive {
  const parts = useContext(MenuParts);
  if (!parts) throw new Error("A menu's items stand inside a DropdownMenu.");
  return parts;
}

const itemClass =
  "relative flex h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2 text-[0.84375rem] " +
  "outline-none data-[disabled]:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0 max-md:h-10";

export interface DropdownMenuProps {
  /** The button that opens the menu, `relative`; it needs an accessible name of its own. */
  trigger: ReactElement<ComponentProps<"button">>;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
  className?: string;
}

/**
 * A menu of acts behind a button. The button is ours from the start; the menu is fetched when somebody
 * points at the button or moves the focus there.
 */
export function DropdownMenu({ trigger, children, align, side, className }: DropdownMenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  const [isWanted, setIsWanted] = useState(false);
  const [isOpen, setIsOpen] = useState(false);
  const [isByKeyboard, setIsByKeyboard] = useState(false);

  function change(open: boolean) {
    setIsWanted(true);
    setIsOpen(open);
    if (open) rememberMenuTrigger(button.current);
  }

  /** A press on the button of an open menu has closed it by the time that it is a click. */
  function onClick(event: MouseEvent) {
    const isPress = event.detail > 0;
    setIsByKeyboard(!isPress);
    change(isPress ? !wasOpen.current : !isOpen);
    wasOpen.current = false;
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    setIsByKeyboard(true);
    change(true);
  }

  return (
    <>
      {cloneElement(trigger, {
        ref: button,
        id,
        "aria-haspopup": "menu",
        "aria-expanded": isOpen,
        ...{ "data-state": isOpen ? "open" : "closed" },
        onPointerEnter: () => setIsWanted(true),
        onFocus: () => setIsWanted(true),
        onPointerDown: () => {
          wasOpen.current = isOpen;
        },
        onClick,
        onKeyDown,
      })}
      {isWanted ? (
        <DropdownMenuPanel
          triggerId={id}
          button={button}
          open={isOpen}
          isByKeyboard={isByKeyboard}
          onOpenChange={change}
          align={align ?? "end"}
          side={side ?? "bottom"}
          className={className}
        >
          {children}
        </DropdownMenuPanel>
      ) : null}
    </>
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
  const { Item } = useParts();
  const classes = clsx(
    itemClass,
    tone === "danger"
      ? "text-red data-highlighted:bg-red-soft"
      : "text-fg data-highlighted:bg-hover [&_svg]:text-fg-3",
    className,
  );
  if (rest.asChild) {
    return (
      <Item {...rest} className={classes}>
        {children}
      </Item>
    );
  }
  return (
    <Item {...rest} className={classes}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {kbd ? <Kbd>{kbd}</Kbd> : null}
    </Item>
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
  const { RadioGroup, RadioItem, ItemIndicator } = useParts();
  return (
    <RadioGroup aria-label={props.label} value={props.value} onValueChange={props.onValueChange}>
      {props.options.map((option) => (
        <RadioItem
          key={option.value}
          value={option.value}
          onSelect={(event) => event.preventDefault()}
          className={clsx(itemClass, "text-fg data-highlighted:bg-hover [&_svg]:text-fg-3")}
        >
          {option.icon}
          <span className="flex-1">{option.label}</span>
          <ItemIndicator>
            <Check aria-hidden className="size-3.5!" />
          </ItemIndicator>
        </RadioItem>
      ))}
    </RadioGroup>
  );
}

export function DropdownMenuLabel({ children }: { children: ReactNode }) {
  const { Label } = useParts();
  return <Label className="px-2 py-1.5 text-xs text-fg-3">{children}</Label>;
}

export function DropdownMenuSeparator() {
  const { Separator } = useParts();
  return <Separator className="-mx-1 my-1 h-px bg-line" />;
}
