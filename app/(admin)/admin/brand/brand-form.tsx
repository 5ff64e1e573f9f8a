"use client";

import { type FormEvent, useRef, useState, useTransition } from "react";
import { AccentPreview } from "@/app/(admin)/admin/brand/accent-preview";
import { updateBrandAction } from "@/app/(admin)/admin/brand/actions";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useProblem } from "@/app/(dashboard)/keys/use-problem";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input, type InputProps } from "@/components/input";
import { Section } from "@/components/section";
import { toast } from "@/components/toast";
import type { AccentPair } from "@/lib/accent";

const fields = ["name", "tagline", "supportEmail", "accent", "appOrigin", "apiOrigin"] as const;
type Texts = Record<(typeof fields)[number], string>;

export interface BrandFormProps {
  /** What was chosen; nothing is the deployment's own. */
  stored: Texts;
  /** What holds where nothing is chosen. */
  own: Texts;
  ownAccent: AccentPair;
  keyPrefix: string;
}

const isColor = (text: string) => /^#[0-9a-f]{6}$/i.test(text.trim());

/** All of the brand but the logo. What is wrong is the server's to say. */
export function BrandForm({ stored, own, ownAccent, keyPrefix }: BrandFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { problem, refuse, errorOf, correcting } = useProblem(form);
  const { withRecentSignIn, proofDialog } = useRecentSignIn();
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
      const result = await withRecentSignIn(() => updateBrandAction(input).catch(unreachable));
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
  const texts = { stored, own, errorOf };
  return (
    <>
      <form ref={form} onSubmit={submit} onInput={correct} noValidate aria-label="Brand">
        <Section
          title="Name, colour and hosts"
          footer={
            <>
              <span className="min-w-0 flex-1">
                An empty field uses the deployment’s own value. Keys still start with{" "}
                <code className="font-mono">{keyPrefix}_</code>.
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
              <TextField
                {...texts}
                name="tagline"
                label="Tagline"
                hint="The first line of the landing page, and what search engines show."
              />
              <TextField
                {...texts}
                name="supportEmail"
                label="Support address"
                hint="Shown on pages, mails and receipts."
                type="email"
              />
              <AccentField
                accent={accent}
                own={own.accent}
                error={errorOf("accent")}
                onChange={correcting("accent", setAccent)}
              />
              {/* Routing, and links in mails, go by the environment alone. */}
              <TextField
                {...texts}
                mono
                name="apiOrigin"
                label="API’s host"
                hint="Shown in snippets and the documentation. It must already point here."
                inputMode="url"
              />
              <TextField
                {...texts}
                mono
                name="appOrigin"
                label="Dashboard’s host"
                hint="Shown in the API’s answers. Links in mails use APP_ORIGIN."
                inputMode="url"
              />
              {isGeneral ? <FailureCallout failure={problem} /> : null}
            </div>
            <AccentPreview
              name={name.trim() === "" ? own.name : name}
              color={accent.trim()}
              own={ownAccent}
            />
          </div>
        </Section>
      </form>
      {proofDialog}
    </>
  );
}

interface TextFieldProps extends Pick<InputProps, "type" | "mono" | "inputMode"> {
  name: Exclude<(typeof fields)[number], "name" | "accent">;
  label: string;
  hint: string;
  stored: Texts;
  own: Texts;
  errorOf: (field: string) => string | undefined;
}

/** A field that shows what holds while it is empty. */
function TextField({ name, label, hint, stored, own, errorOf, ...input }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={errorOf(name)}>
      {(control) => (
        <Input
          {...control}
          {...input}
          name={name}
          autoComplete="off"
          spellCheck={name === "tagline"}
          placeholder={own[name]}
          defaultValue={stored[name]}
        />
      )}
    </Field>
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
      hint="One colour. Light and dark variants are adjusted until they are readable."
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
