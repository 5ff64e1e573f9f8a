"use client";

import { type FormEvent, startTransition, useActionState, useEffect, useRef } from "react";
import { reportKeyAction } from "@/app/report-key/actions";
import { emptyReportForm } from "@/app/report-key/form-state";
import { Button } from "@/components/button";
import { buttonClass } from "@/components/button-class";
import { Callout } from "@/components/callout";
import { EmailField } from "@/components/email-field";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { PasswordInput } from "@/components/password-input";

export function ReportForm({ brandName }: { brandName: string }) {
  const [state, dispatch, isPending] = useActionState(reportKeyAction, emptyReportForm);
  const form = useRef<HTMLFormElement>(null);
  const { error, values } = state;

  useEffect(() => {
    if (!state.error) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);

  // React would empty the form when it submits it by itself; after a refusal the key stays typed.
  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const filled = new FormData(event.currentTarget);
    startTransition(() => dispatch(filled));
  }

  if (state.isReported) return <Reported brandName={brandName} />;
  return (
    <form ref={form} action={dispatch} onSubmit={onSubmit} noValidate className="grid gap-4">
      {error && !error.fields ? <Callout tone="red">{error.message}</Callout> : null}
      <Field
        label="Leaked key"
        error={error?.fields?.key}
        hint="A whole line will do. It goes to us and nowhere else."
      >
        {(control) => (
          <PasswordInput
            {...control}
            name="key"
            autoComplete="off"
            data-1p-ignore
            data-lpignore="true"
            className="h-9 font-mono"
          />
        )}
      </Field>
      <Field label="Where you found it" aside="Optional" error={error?.fields?.url}>
        {(control) => (
          <Input
            {...control}
            name="url"
            type="url"
            inputMode="url"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="https://"
            defaultValue={values.url}
            className="h-9"
          />
        )}
      </Field>
      <EmailField
        label="Your email"
        aside="Optional"
        hint="Passed on to the key's owner, in case they have a question."
        error={error?.fields?.email}
        name="email"
        autoComplete="email"
        defaultValue={values.email}
        inputClassName="h-9"
      />
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        Report key
      </Button>
    </form>
  );
}

/** The same for every key, so that it tells nobody which keys exist. */
function Reported({ brandName }: { brandName: string }) {
  const message = useRef<HTMLDivElement>(null);
  // The form that had the focus is gone.
  useEffect(() => message.current?.focus(), []);
  return (
    <div ref={message} tabIndex={-1} className="grid gap-4 outline-none">
      <Callout tone="green" role="status" title="Thank you for telling us">
        If this is one of {brandName}'s keys, it is revoked now and its owner told.
      </Callout>
      {/* Loads the page anew, so that the form begins empty. */}
      <a href="/report-key" className={buttonClass({ size: "lg" })}>
        Report another key
      </a>
    </div>
  );
}
