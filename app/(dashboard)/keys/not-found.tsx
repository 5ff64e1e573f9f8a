import { KeyRound } from "lucide-react";
import { ButtonLink } from "@/components/button-link";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";

/** One page for ids that never were and for other people's, so that it tells neither apart. */
export default function KeyNotFound() {
  return (
    <>
      <PageHeader title="Key not found" />
      <EmptyState
        icon={<KeyRound />}
        title="There is no such key here"
        action={
          <ButtonLink href="/keys" variant="primary">
            Go to API keys
          </ButtonLink>
        }
      >
        The address may be mistyped, or the key belongs to another workspace.
      </EmptyState>
    </>
  );
}
