"use client";

import { Ellipsis } from "lucide-react";
import type { Route } from "next";
import {
  createContext,
  type ReactNode,
  startTransition,
  use,
  useMemo,
  useOptimistic,
  useState,
} from "react";
import type { ActedKey } from "@/app/(dashboard)/keys/acted-key";
import { renameKeyAction } from "@/app/(dashboard)/keys/actions";
import { KeyMenuItems } from "@/app/(dashboard)/keys/key-menu-items";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { DropdownMenu } from "@/components/dropdown-menu";
import { lazyPart } from "@/components/lazy-part";
import { NearLink } from "@/components/near-link";
import { toast } from "@/components/toast";
import type { ActionError } from "@/lib/result";

const RenameDialog = lazyPart(() => import("@/app/(dashboard)/keys/rename-dialog"));
const RevokeDialog = lazyPart(() => import("@/app/(dashboard)/keys/revoke-dialog"));

/** Which dialog is open; a rename that was refused opens again with what was typed and the reason. */
type OpenAct =
  | { act: "rename"; key: ActedKey; draft: string; failure?: ActionError }
  | { act: "revoke"; key: ActedKey };

interface Acts {
  names: Readonly<Record<string, string>>;
  open: (act: OpenAct) => void;
}

const ActsContext = createContext<Acts | null>(null);

function useActs(): Acts {
  const acts = use(ActsContext);
  if (!acts) throw new Error("a key's row stands outside of KeyActs");
  return acts;
}

/** Renaming and revoking, once for all the rows inside. A new name shows before the server has it. */
export function KeyActs({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState<OpenAct | null>(null);
  const [names, showName] = useOptimistic<Record<string, string>, { id: string; name: string }>(
    noNames,
    (shown, { id, name }) => ({ ...shown, [id]: name }),
  );
  const acts = useMemo(() => ({ names, open: setOpened }), [names]);

  function rename(key: ActedKey, name: string) {
    setOpened(null);
    startTransition(async () => {
      showName({ id: key.id, name });
      const result = await renameKeyAction({ id: key.id, name }).catch(unreachable);
      if (result.ok) toast.success("Key renamed");
      else setOpened({ act: "rename", key, draft: name, failure: result.error });
    });
  }

  return (
    <ActsContext value={acts}>
      {children}
      {opened?.act === "rename" ? (
        <RenameDialog
          name={opened.key.name}
          draft={opened.draft}
          failure={opened.failure}
          onClose={() => setOpened(null)}
          onRename={(name) => rename(opened.key, name)}
        />
      ) : null}
      {opened?.act === "revoke" ? (
        <RevokeDialog apiKey={opened.key} onClose={() => setOpened(null)} />
      ) : null}
    </ActsContext>
  );
}

const noNames: Record<string, string> = {};

/** A key's name, which leads to its page. */
export function KeyName({ id, name }: { id: string; name: string }) {
  const shown = useActs().names[id] ?? name;
  return (
    <NearLink
      href={`/keys/${id}` as Route}
      title={shown}
      className="rounded-sm underline-offset-2 hover:underline md:line-clamp-2"
    >
      {shown}
    </NearLink>
  );
}

/** The row's menu, named after its key. */
export function KeyMenu({ apiKey }: { apiKey: ActedKey }) {
  const { names, open } = useActs();
  const key = { ...apiKey, name: names[apiKey.id] ?? apiKey.name };
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" size="sm" iconOnly aria-label={`Actions for ${key.name}`}>
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      <KeyMenuItems
        apiKey={key}
        onRename={() => open({ act: "rename", key, draft: key.name })}
        onRevoke={() => open({ act: "revoke", key })}
      />
    </DropdownMenu>
  );
}
