"use client";

import { clsx } from "clsx";
import { Command } from "cmdk";
import {
  ArrowLeftRight,
  BookOpen,
  CreditCard,
  Keyboard,
  KeyRound,
  LogOut,
  Monitor,
  Moon,
  Plus,
  Sun,
  Webhook,
} from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { Dialog } from "radix-ui";
import { memo, type ReactNode, useDeferredValue, useRef, useState } from "react";
import type { CommandMenuProps } from "@/app/(dashboard)/command/command-menu";
import { useFoundDocs } from "@/app/(dashboard)/command/use-found-docs";
import { useFoundKeys } from "@/app/(dashboard)/command/use-found-keys";
import { useSwitch } from "@/app/workspaces/use-switch";
import { dialogTopClass, veilClass } from "@/components/dialog-class";
import { useFocusReturn } from "@/components/focus-return";
import { Kbd } from "@/components/kbd";
import { navItems } from "@/components/shell/nav-items";
import { useTheme } from "@/components/use-theme";

export interface CommandPanelProps extends CommandMenuProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onShortcuts: () => void;
}

const groupClass =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 " +
  "[&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-fg-3";

/** Begins the value of what was found elsewhere, which fits whatever is typed by now. */
const foundMark = "found ";

/** Every word that is typed has to be there: letters picked from all over a name surprise more than they help. */
function fits(value: string, typed: string): number {
  if (value.startsWith(foundMark)) return 1;
  const text = value.toLowerCase();
  const words = typed.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word)) ? 1 : 0;
}

/** What `CommandMenu` fetches when it is first opened: pages, acts, keys by name, and the documentation. */
export default function CommandPanel(props: CommandPanelProps) {
  const { open, onOpenChange } = props;
  const router = useRouter();
  const focusReturn = useFocusReturn();
  const signingOut = useRef<HTMLFormElement>(null);
  const close = () => onOpenChange(false);

  function go(href: string) {
    close();
    router.push(href as Route);
  }

  return (
    <>
      <form ref={signingOut} hidden action={props.signOut} />
      <Dialog.Root open={open} onOpenChange={onOpenChange}>
        <Dialog.Portal>
          <Dialog.Overlay className={veilClass} />
          <Dialog.Content
            data-command
            aria-describedby={undefined}
            {...focusReturn}
            className={clsx(
              "fixed inset-x-4 z-50 mx-auto max-w-[560px] overflow-hidden rounded-xl bg-raised",
              "shadow-float outline-none data-[state=open]:animate-rise-in",
              "dark:border dark:border-line-strong forced-colors:border",
              dialogTopClass,
            )}
          >
            <Dialog.Title className="sr-only">Command menu</Dialog.Title>
            <Search onGo={go}>
              <Pages onGo={go} />
              <Acts
                {...props}
                onGo={go}
                onDone={close}
                onSignOut={() => signingOut.current?.requestSubmit()}
              />
              <Workspaces workspaces={props.workspaces} onGo={go} onDone={close} />
            </Search>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}

interface GoProps {
  /** Closes the menu and opens an address. */
  onGo: (href: string) => void;
}

/** The field and what fits it. A letter draws nothing but itself and what `Command` hides: the rest follows. */
function Search({ onGo, children }: GoProps & { children: ReactNode }) {
  const [typed, setTyped] = useState("");
  const settled = useDeferredValue(typed);
  return (
    <Command label="Search or jump to" loop filter={fits} className="flex max-h-[inherit] flex-col">
      <Command.Input
        value={typed}
        onValueChange={setTyped}
        placeholder="Search pages, keys and docs, or type what to do"
        className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-md outline-none placeholder:text-fg-3"
      />
      <Command.List
        label="Commands"
        className="max-h-[min(26rem,60dvh)] overflow-y-auto overscroll-contain px-2 pb-2"
      >
        {children}
        <Found typed={settled} onGo={onGo} />
      </Command.List>
    </Command>
  );
}

function Pages({ onGo }: GoProps) {
  return (
    <Command.Group heading="Pages" className={groupClass}>
      {navItems.map(({ href, label, icon: Icon, shortcut }) => (
        <Item key={href} icon={<Icon />} keys={shortcut} onSelect={() => onGo(href)}>
          {label}
        </Item>
      ))}
      <Item icon={<BookOpen />} onSelect={() => onGo("/docs")}>
        Documentation
      </Item>
    </Command.Group>
  );
}

/** Keys and sections of the documentation that fit what is typed, or that nothing does. */
const Found = memo(function Found({ typed, onGo }: GoProps & { typed: string }) {
  const { keys, isSearching, hasFailed } = useFoundKeys(typed);
  const docs = useFoundDocs(typed);
  return (
    <>
      <Command.Empty className="px-2.5 pt-5 pb-4 text-sm text-fg-2">
        {isSearching
          ? "Searching…"
          : hasFailed
            ? "No page found, and your keys couldn’t be searched. Try again in a moment."
            : "Nothing found. Try the name of a page or a key."}
      </Command.Empty>
      {keys.length > 0 ? (
        <Command.Group heading="Keys" className={groupClass} forceMount>
          {keys.map(({ id, name, masked }) => (
            <Item
              key={id}
              value={`${foundMark}${id}`}
              icon={<KeyRound />}
              detail={masked}
              onSelect={() => onGo(`/keys/${id}`)}
            >
              {name}
            </Item>
          ))}
        </Command.Group>
      ) : null}
      {docs.length > 0 ? (
        <Command.Group heading="Docs" className={groupClass} forceMount>
          {docs.map(({ href, page, heading }) => (
            <Item
              key={href}
              value={`${foundMark}${href}`}
              icon={<BookOpen />}
              detail={heading ? page : undefined}
              onSelect={() => onGo(href)}
            >
              {heading || page}
            </Item>
          ))}
        </Command.Group>
      ) : null}
    </>
  );
});

interface ActsProps extends CommandPanelProps, GoProps {
  onDone: () => void;
  onSignOut: () => void;
}

function Acts(props: ActsProps) {
  const { onGo, onDone } = props;
  const { setTheme } = useTheme();

  function choose(theme: string) {
    onDone();
    setTheme(theme);
  }

  return (
    <Command.Group heading="Actions" className={groupClass}>
      {props.mayCreateKeys ? (
        <Item icon={<Plus />} onSelect={() => onGo("/keys?new=1")}>
          Create key
        </Item>
      ) : null}
      {props.mayTopUp ? (
        <Item icon={<CreditCard />} onSelect={() => onGo("/billing?add=1")}>
          Top up
        </Item>
      ) : null}
      {props.mayAddEndpoints ? (
        <Item icon={<Webhook />} onSelect={() => onGo("/webhooks?new=1")}>
          Add webhook endpoint
        </Item>
      ) : null}
      <Item icon={<Sun />} onSelect={() => choose("light")}>
        Light theme
      </Item>
      <Item icon={<Moon />} onSelect={() => choose("dark")}>
        Dark theme
      </Item>
      <Item icon={<Monitor />} onSelect={() => choose("system")}>
        System theme
      </Item>
      <Item icon={<Keyboard />} keys="?" onSelect={props.onShortcuts}>
        Keyboard shortcuts
      </Item>
      <Item
        icon={<LogOut />}
        onSelect={() => {
          onDone();
          props.onSignOut();
        }}
      >
        Sign out
      </Item>
    </Command.Group>
  );
}

interface WorkspacesProps extends GoProps, Pick<CommandPanelProps, "workspaces"> {
  onDone: () => void;
}

function Workspaces({ workspaces, onGo, onDone }: WorkspacesProps) {
  const { switchTo } = useSwitch();
  return (
    <Command.Group heading="Workspaces" className={groupClass}>
      {workspaces.map(({ id, name }) => (
        <Item
          key={id}
          value={`Switch to ${name} ${id}`}
          icon={<ArrowLeftRight />}
          onSelect={() => {
            onDone();
            switchTo(id);
          }}
        >
          {`Switch to ${name}`}
        </Item>
      ))}
      <Item icon={<Plus />} onSelect={() => onGo("/workspaces/new")}>
        Create workspace
      </Item>
    </Command.Group>
  );
}

interface ItemProps {
  icon: ReactNode;
  /** What the filter compares with what is typed, where that isn't the text. */
  value?: string;
  /** A few words beside the text. */
  detail?: string | undefined;
  keys?: string;
  onSelect: () => void;
  children: string;
}

function Item({ icon, value, detail, keys, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value ?? children}
      onSelect={onSelect}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2.5 text-sm text-fg select-none aria-selected:bg-selected max-md:h-11 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-fg-3"
    >
      <span aria-hidden className="contents">
        {icon}
      </span>
      <span className="min-w-0 truncate">{children}</span>
      {detail ? (
        <span className="min-w-0 truncate font-mono text-xs text-fg-3">{detail}</span>
      ) : null}
      {keys ? (
        <span aria-hidden className="ml-auto flex gap-1 pointer-coarse:hidden">
          {keys.split(" ").map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      ) : null}
    </Command.Item>
  );
}
