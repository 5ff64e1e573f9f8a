import { useTransition } from "react";
import { switchWorkspaceAction } from "@/app/workspaces/actions";
import { goToWorkspace } from "@/app/workspaces/go-to-workspace";
import { toast } from "@/components/toast";

/** Goes to another workspace of the reader's. */
export function useSwitch(): { isPending: boolean; switchTo: (workspaceId: string) => void } {
  const [isPending, startTransition] = useTransition();

  function switchTo(workspaceId: string) {
    startTransition(async () => {
      const result = await switchWorkspaceAction({ workspaceId }).catch(() => null);
      if (result?.ok) return goToWorkspace();
      toast.error(result?.error.message ?? "The server didn’t answer. Try again.");
    });
  }

  return { isPending, switchTo };
}
