"use client";

import { type FormEvent, useState, useTransition } from "react";
import { createWorkspaceAction } from "@/app/workspaces/actions";
import { goToWorkspace } from "@/app/workspaces/go-to-workspace";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

/** Opens a workspace of the reader's own and goes there. */
export function CreateWorkspaceForm() {
  const [name, setName] = useState("");
  const [error, setError] = useState<string>();
  const [isPending, startTransition] = useTransition();

  function create(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    startTransition(async () => {
      const result = await createWorkspaceAction({ name }).catch(() => null);
      if (result?.ok) return goToWorkspace();
      const problem = result?.error;
      setError(problem?.fields?.name ?? problem?.message ?? "The server didn’t answer. Try again.");
    });
  }

  return (
    <form onSubmit={create} noValidate className="grid max-w-100 gap-4">
      <Field label="Workspace name" error={error}>
        {(control) => (
          <Input
            {...control}
            name="name"
            autoComplete="organization"
            value={name}
            onChange={(event) => setName(event.target.value)}
            className="h-9"
          />
        )}
      </Field>
      <Button
        type="submit"
        variant="primary"
        size="lg"
        loading={isPending}
        className="justify-self-start"
      >
        Create workspace
      </Button>
    </form>
  );
}
