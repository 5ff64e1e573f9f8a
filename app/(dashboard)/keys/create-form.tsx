"use client";

import { type FormEvent, type RefObject, useEffect, useRef, useState, useTransition } from "react";
import { createKeyAction } from "@/app/(dashboard)/keys/actions";
import { ExpiryField } from "@/app/(dashboard)/keys/expiry-field";
import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { ScopeField } from "@/app/(dashboard)/keys/scope-field";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";
import { DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { RadioGroup } from "@/components/radio-group";
import type { CreatedKey } from "@/lib/keys/mutations";
import { CreateKey, type KeyExpiry, type KeyScope } from "@/lib/keys/schema";
import type { FieldErrors } from "@/lib/result";

export interface CreateFormProps {
  grantable: readonly KeyScope[];
  refusesTestKeys: boolean;
  onCreated: (key: CreatedKey) => void;
  onCancel: () => void;
}

type Problem = Failure & { fields: FieldErrors };

const fieldNames = ["name", "environment", "scopes", "expiry"] as const;
type FieldName = (typeof fieldNames)[number];

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

/** What is wrong with the form: takes the focus to it, and forgets each field's error as it is changed. */
function useProblem(form: RefObject<HTMLFormElement | null>) {
  const [problem, setProblem] = useState<Problem | null>(null);
  // Kept beside the problem and not taken out of it: a correction must not move the focus.
  const [corrected, setCorrected] = useState<readonly FieldName[]>([]);

  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem, form]);

  function errorOf(field: FieldName): string | undefined {
    return corrected.includes(field) ? undefined : problem?.fields[field];
  }

  /** The change handler of a field. */
  function correcting<T>(field: FieldName, set: (value: T) => void) {
    return (value: T) => {
      setCorrected((fields) => (fields.includes(field) ? fields : [...fields, field]));
      set(value);
    };
  }

  function refuse(found: Problem | null) {
    setCorrected([]);
    setProblem(found);
  }

  return { problem, refuse, errorOf, correcting };
}

export function CreateForm({ grantable, refusesTestKeys, onCreated, onCancel }: CreateFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [nonce] = useState(makeNonce);
  const [name, setName] = useState("");
  const [environment, setEnvironment] = useState<CreateKey["environment"]>("live");
  const [scopes, setScopes] = useState<KeyScope[]>(["read"]);
  const [expiry, setExpiry] = useState<KeyExpiry>({ kind: "days", days: 90 });
  const { problem, refuse, errorOf, correcting } = useProblem(form);
  const [isPending, startTransition] = useTransition();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    const draft = { name, environment, scopes, expiry, nonce };
    const found = findProblem(draft);
    refuse(found);
    if (found) return;
    startTransition(async () => {
      const result = await createKeyAction(draft).catch(unreachable);
      if (result.ok) return onCreated(result.data);
      refuse({ ...result.error, fields: result.error.fields ?? {} });
    });
  }

  const changeName = correcting("name", setName);
  // What belongs to no field that is shown stands above the button.
  const isGeneral = problem !== null && !fieldNames.some((field) => field in problem.fields);
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <div className="grid gap-5">
        <Field
          label="Name"
          error={errorOf("name")}
          hint="What will use it, such as “Production API”."
        >
          {(control) => (
            <Input
              {...control}
              value={name}
              onChange={(event) => changeName(event.target.value)}
              autoComplete="off"
            />
          )}
        </Field>
        <RadioGroup
          legend="Environment"
          layout="cards"
          className="sm:grid-cols-2"
          error={errorOf("environment")}
          value={environment}
          onValueChange={correcting("environment", setEnvironment)}
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
          error={errorOf("scopes")}
          onValueChange={correcting("scopes", setScopes)}
        />
        <ExpiryField
          value={expiry}
          error={errorOf("expiry")}
          onValueChange={correcting("expiry", setExpiry)}
        />
      </div>
      {isGeneral ? (
        <div className="mt-5">
          <FailureCallout failure={problem} />
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
