"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { createKeyAction } from "@/app/(dashboard)/keys/actions";
import { ExpiryField } from "@/app/(dashboard)/keys/expiry-field";
import { ScopeField } from "@/app/(dashboard)/keys/scope-field";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { Callout } from "@/components/callout";
import { DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { RadioGroup } from "@/components/radio-group";
import type { CreatedKey } from "@/lib/keys/mutations";
import { CreateKey, type KeyExpiry, type KeyScope } from "@/lib/keys/schema";
import type { ActionError, FieldErrors } from "@/lib/result";

export interface CreateFormProps {
  grantable: readonly KeyScope[];
  refusesTestKeys: boolean;
  onCreated: (key: CreatedKey) => void;
  onCancel: () => void;
}

type Problem = Pick<ActionError, "message" | "requestId"> & { fields: FieldErrors };

/** `crypto.randomUUID` is missing on plain http, where this must work as well. */
function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the browser can tell is wrong, in the words that the server would use. */
function findProblem(draft: CreateKey): Problem | null {
  const parsed = CreateKey.safeParse(draft);
  if (parsed.success) return null;
  const fields: FieldErrors = {};
  for (const issue of parsed.error.issues) fields[String(issue.path[0])] ??= issue.message;
  return { message: "Check the marked fields and try again.", fields };
}

export function CreateForm({ grantable, refusesTestKeys, onCreated, onCancel }: CreateFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [nonce] = useState(makeNonce);
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState<CreateKey["environment"]>("live");
  const [scopes, setScopes] = useState<KeyScope[]>(["read"]);
  const [expiry, setExpiry] = useState<KeyExpiry>({ kind: "days", days: 90 });
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isPending, startTransition] = useTransition();

  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    const draft = { name, environment, scopes, expiry, nonce };
    const found = findProblem(draft);
    setProblem(found);
    if (found) return;
    startTransition(async () => {
      const result = await createKeyAction(draft).catch(unreachable);
      if (result.ok) return onCreated(result.data);
      const { fields = {}, message, requestId } = result.error;
      setProblem({ message, fields, ...(requestId ? { requestId } : {}) });
    });
  }

  const fields = problem?.fields ?? {};
  // What belongs to no field that is shown stands above the button.
  const isGeneral =
    problem !== null && !["name", "environment", "scopes", "expiry"].some((f) => f in fields);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="grid gap-5">
        <Field label="Name" error={fields.name} hint="What will use it, such as “Production API”.">
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => setName(event.target.value)}
              autoComplete="off"
            />
          )}
        </Field>
        <RadioGroup
          legend="Environment"
          layout="cards"
          className="sm:grid-cols-2"
          error={fields.environment}
          value={environment}
          onValueChange={setEnvironment}
          options={[
            {
              value: "live",
              label: "Live",
              description: "Real models, charged to your balance.",
            },
            {
              value: "test",
              label: "Test",
              description: refusesTestKeys
                ? "Refused by the API here."
                : "Simulated models, nothing charged.",
            },
          ]}
        />
        <ScopeField
          value={scopes}
          grantable={grantable}
          error={fields.scopes}
          onValueChange={setScopes}
        />
        <ExpiryField value={expiry} error={fields.expiry} onValueChange={setExpiry} />
      </div>
      {isGeneral ? (
        <div className="mt-5">
          <Callout tone="red">
            {problem.message}
            {problem.requestId ? ` Reference ${problem.requestId}` : null}
          </Callout>
        </div>
      ) : null}
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isPending}>
          Create key
        </Button>
      </DialogFooter>
    </form>
  );
}
