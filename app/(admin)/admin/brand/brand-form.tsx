"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { AccentPreview } from "@/app/(admin)/admin/brand/accent-preview";
import { updateBrandAction } from "@/app/(admin)/admin/brand/actions";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useProblem } from "@/app/(dashboard)/keys/use-problem";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { Section } from "@/components/section";
import { toast } from "@/components/toast";

const fields = ["name", "supportEmail", "accent", "appOrigin", "apiOrigin"] as const;
type Texts = Record<(typeof fields)[number], string>;

export interface BrandFormProps {
  /** What was chosen; nothing is the deployment's own. */
  stored: Texts;
  /** What holds where nothing is chosen. */
  own: Texts;
  keyPrefix: string;
}

const isColor = (text: string) => /^#[0-9a-f]{6}$/i.test(text.trim());

/** Name, support address, accent and hosts. What is wrong is the server's to say. */
export function BrandForm({ stored, own, keyPrefix }: BrandFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { problem, refuse, errorOf, correcting } = useProblem(form);
  const [isPending, startTransition] = useTransition();
  const [name, setName] = useState(stored.name);
  const [accent, setAccent] = useState(stored.accent);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const data = new FormData(event.currentTarget);
    refuse(null);
    startTransition(async () => {
      const input = Object.fromEntries(fields.map((field) => [field, textOf(data, field)]));
      const result = await updateBrandAction(input).catch(unreachable);
      if (result.ok) toast.success("Brand saved");
      else refuse({ ...result.error, fields: result.error.fields ?? {} });
    });
  }

  function correct({ target }: FormEvent<HTMLFormElement>) {
    const field = target instanceof Element ? target.getAttribute("name") : null;
    if (field) correcting(field, () => undefined)(null);
  }

  const isGeneral =
    problem !== null &&
    !Object.keys(problem.fields).some((key) => fields.some((one) => one === key));
  const shown = accent.trim() === "" ? own.accent : accent.trim();
  return (
    <form ref={form} onSubmit={submit} onInput={correct} noValidate aria-label="Brand">
      <Section
        title="Name and colour"
        footer={
          <>
            <span className="min-w-0 flex-1">
              What is empty is as the deployment is set up. Keys go on beginning with{" "}
              <code className="font-mono">{keyPrefix}_</code>
            </span>
            <Button type="submit" variant="primary" loading={isPending}>
              Save brand
            </Button>
          </>
        }
      >
        <div className="grid gap-x-8 gap-y-5 lg:grid-cols-2">
          <div className="grid content-start gap-5">
            <Field label="Name" error={errorOf("name")}>
              {(control) => (
                <Input
                  {...control}
                  name="name"
                  autoComplete="off"
                  placeholder={own.name}
                  value={name}
                  onChange={(event) => setName(event.target.value)}
                />
              )}
            </Field>
            <Field
              label="Support address"
              hint="On pages, mails and receipts."
              error={errorOf("supportEmail")}
            >
              {(control) => (
                <Input
                  {...control}
                  name="supportEmail"
                  type="email"
                  autoComplete="off"
                  placeholder={own.supportEmail}
                  defaultValue={stored.supportEmail}
                />
              )}
            </Field>
            <AccentField
              accent={accent}
              own={own.accent}
              error={errorOf("accent")}
              onChange={(text) => correcting("accent", setAccent)(text)}
            />
            <HostFields stored={stored} own={own} errorOf={errorOf} />
            {isGeneral ? <FailureCallout failure={problem} /> : null}
          </div>
          <AccentPreview
            name={name.trim() === "" ? own.name : name}
            color={shown}
            isChosen={accent.trim() !== ""}
          />
        </div>
      </Section>
    </form>
  );
}

interface AccentFieldProps {
  accent: string;
  own: string;
  error: string | undefined;
  onChange: (text: string) => void;
}

/** The colour as text, which can be pasted and typed, and the browser's own chooser beside it. */
function AccentField({ accent, own, error, onChange }: AccentFieldProps) {
  return (
    <Field
      label="Accent"
      hint="One colour. Its light and dark variants are made readable."
      error={error}
    >
      {(control) => (
        <span className="flex gap-2">
          <Input
            {...control}
            mono
            name="accent"
            autoComplete="off"
            spellCheck={false}
            placeholder={own}
            value={accent}
            onChange={(event) => onChange(event.target.value)}
          />
          <input
            type="color"
            aria-label="Pick the accent"
            className="h-8 w-10 shrink-0 rounded-md border border-line-control bg-bg p-0.5"
            value={isColor(accent) ? accent.trim().toLowerCase() : own}
            onChange={(event) => onChange(event.target.value)}
          />
        </span>
      )}
    </Field>
  );
}

interface HostFieldsProps {
  stored: Texts;
  own: Texts;
  errorOf: (field: string) => string | undefined;
}

/** Hosts as they are shown. Routing, and links in mails, go by the environment alone. */
function HostFields({ stored, own, errorOf }: HostFieldsProps) {
  return (
    <>
      <Field
        label="API’s host"
        hint="In snippets and the documentation. It has to lead here already."
        error={errorOf("apiOrigin")}
      >
        {(control) => (
          <Input
            {...control}
            mono
            name="apiOrigin"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={own.apiOrigin}
            defaultValue={stored.apiOrigin}
          />
        )}
      </Field>
      <Field
        label="Dashboard’s host"
        hint="In the API’s answers. Links in mails go by APP_ORIGIN."
        error={errorOf("appOrigin")}
      >
        {(control) => (
          <Input
            {...control}
            mono
            name="appOrigin"
            inputMode="url"
            autoComplete="off"
            spellCheck={false}
            placeholder={own.appOrigin}
            defaultValue={stored.appOrigin}
          />
        )}
      </Field>
    </>
  );
}
