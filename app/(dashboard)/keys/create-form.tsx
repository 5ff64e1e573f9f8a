"use client";

import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { createKeyAction } from "@/app/(dashboard)/keys/actions";
import { EnvironmentField } from "@/app/(dashboard)/keys/environment-field";
import { ExpiryField } from "@/app/(dashboard)/keys/expiry-field";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { LimitFields } from "@/app/(dashboard)/keys/limit-fields";
import {
  limitFields,
  limitsText,
  noLimitsDraft,
  readLimits,
} from "@/app/(dashboard)/keys/limits-draft";
import { LimitsPart } from "@/app/(dashboard)/keys/limits-part";
import { PresetField } from "@/app/(dashboard)/keys/preset-field";
import { ScopeField } from "@/app/(dashboard)/keys/scope-field";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { findProblem, useProblem } from "@/app/(dashboard)/keys/use-problem";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Button } from "@/components/button";
import { DialogFooter } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import type { CreatedKey } from "@/lib/keys/create-key";
import type { KeyPreset } from "@/lib/keys/presets";
import { CreateKey, type KeyExpiry } from "@/lib/keys/schema";
import type { KeyScope } from "@/lib/keys/terms";

export interface KeyFormOptions {
  /** The scopes that the viewer may give. */
  grantable: readonly KeyScope[];
  /** What the API here does with test keys. */
  testKeys: "sandbox" | "reject" | "only";
  /** The models in the catalogue; null where they could not be read. */
  models: readonly string[] | null;
  /** The viewer's address as the server sees it; null where it can't tell. */
  ownAddress: string | null;
}

export interface CreateFormProps extends KeyFormOptions {
  onCreated: (key: CreatedKey) => void;
  onCancel: () => void;
}

const basicFields = ["name", "environment", "scopes", "expiry"] as const;

/** `crypto.randomUUID` is missing on plain http, where this must work as well. */
function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is being filled in, but for the name, and what the presets do with it. */
function useDraft(testKeys: KeyFormOptions["testKeys"]) {
  const [environment, setEnvironment] = useState<CreateKey["environment"]>(
    testKeys === "only" ? "test" : "live",
  );
  const [scopes, setScopes] = useState<KeyScope[]>(["read"]);
  const [expiry, setExpiry] = useState<KeyExpiry>({ kind: "days", days: 90 });

  function apply(preset: KeyPreset) {
    setEnvironment(preset.environment);
    setScopes([...preset.scopes]);
    setExpiry({ kind: "days", days: preset.expiryDays });
  }

  function isAs(preset: KeyPreset): boolean {
    return (
      environment === preset.environment &&
      expiry.kind === "days" &&
      expiry.days === preset.expiryDays &&
      scopes.length === preset.scopes.length &&
      preset.scopes.every((scope) => scopes.includes(scope))
    );
  }

  const values = { environment, scopes, expiry };
  return { values, setEnvironment, setScopes, setExpiry, apply, isAs };
}

export default function CreateForm(props: CreateFormProps) {
  const { grantable, testKeys, models, ownAddress, onCreated, onCancel } = props;
  const form = useRef<HTMLFormElement>(null);
  const [nonce] = useState(makeNonce);
  const [name, setName] = useState("");
  const draft = useDraft(testKeys);
  const [limits, setLimits] = useState(noLimitsDraft);
  const found = useProblem(form);
  const { problem, refuse, errorOf, correcting } = found;
  const [isPending, startTransition] = useTransition();
  const nameField = useNameFocus();
  const { withRecentSignIn, proofDialog } = useRecentSignIn();

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isPending) return;
    const input = { name, ...draft.values, ...readLimits(limits), nonce };
    const wrong = findProblem(CreateKey, input);
    refuse(wrong);
    if (wrong) return;
    startTransition(async () => {
      const result = await withRecentSignIn(() => createKeyAction(input)).catch(unreachable);
      if (result.ok) return onCreated(result.data);
      refuse({ ...result.error, fields: result.error.fields ?? {} });
    });
  }

  function choose(preset: KeyPreset) {
    for (const field of ["environment", "scopes", "expiry"]) correcting(field, () => undefined)(0);
    draft.apply(preset);
  }

  // What belongs to no field that is shown stands above the button.
  const shownFields: readonly string[] = [...basicFields, ...limitFields];
  const isGeneral =
    problem !== null &&
    !Object.keys(problem.fields).some((key) => shownFields.includes(key.split(".")[0] ?? ""));
  return (
    <>
      <form ref={form} onSubmit={submit} noValidate>
        <div className="grid gap-5">
          <PresetField grantable={grantable} isCurrent={draft.isAs} onChoose={choose} />
          <Field
            label="Name"
            error={errorOf("name")}
            hint="What will use it, such as “Production API”."
          >
            {(control) => (
              <Input
                {...control}
                ref={nameField}
                value={name}
                onChange={(event) => correcting("name", setName)(event.target.value)}
                autoComplete="off"
              />
            )}
          </Field>
          <EnvironmentField
            value={draft.values.environment}
            testKeys={testKeys}
            error={errorOf("environment")}
            onValueChange={correcting("environment", draft.setEnvironment)}
          />
          <ScopeField
            value={draft.values.scopes}
            grantable={grantable}
            error={errorOf("scopes")}
            onValueChange={correcting("scopes", draft.setScopes)}
          />
          <ExpiryField
            value={draft.values.expiry}
            error={errorOf("expiry")}
            onValueChange={correcting("expiry", draft.setExpiry)}
          />
          <LimitsPart summary={limitsText(limits)} isWrong={found.isWrong(limitFields)}>
            <LimitFields
              {...found}
              value={limits}
              models={models}
              ownAddress={ownAddress}
              onValueChange={setLimits}
            />
          </LimitsPart>
        </div>
        {isGeneral ? (
          <div className="mt-5">
            <FailureCallout failure={problem} />
          </div>
        ) : null}
        <DialogFooter isSticky>
          <Button onClick={onCancel}>Cancel</Button>
          <Button type="submit" variant="primary" loading={isPending}>
            Create key
          </Button>
        </DialogFooter>
      </form>
      {proofDialog}
    </>
  );
}

/** The name is what has to be typed; on a touch screen its keyboard would cover everything else. */
function useNameFocus() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, []);
  return field;
}
