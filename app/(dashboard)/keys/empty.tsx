import { KeyRound, SearchX } from "lucide-react";
import { CreateKeyButton } from "@/app/(dashboard)/keys/create-key-button";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import type { KeyListQuery } from "@/lib/keys/schema";

/** The very first visit. Its button has a name of its own, beside the header's. */
export function NoKeys({ canManage }: { canManage: boolean }) {
  return (
    <EmptyState
      icon={<KeyRound />}
      title="No keys yet"
      action={canManage ? <CreateKeyButton>Create your first key</CreateKeyButton> : null}
    >
      A key lets an application call the API in your name and charges your balance. Give each
      application its own: it can then be limited, watched and revoked alone.
    </EmptyState>
  );
}

const nothing: Record<KeyListQuery["status"], string> = {
  all: "No keys here",
  active: "No active keys",
  rotating: "No key is rotating",
  disabled: "No disabled keys",
  expired: "No expired keys",
  revoked: "No revoked keys",
};

/** A search or a filter that leaves nothing. */
export function FilteredEmpty({ query }: { query: KeyListQuery }) {
  return (
    <EmptyState
      icon={<SearchX />}
      title={query.search ? "No key matches" : nothing[query.status]}
      action={<ButtonLink href="/keys">Show all keys</ButtonLink>}
    >
      {query.search ? (
        <p className="break-words">
          Nothing has “{query.search}” in its name or as its last four characters, under these
          filters.
        </p>
      ) : (
        "Nothing is left under these filters."
      )}
    </EmptyState>
  );
}
