"use client";

import { Checkbox } from "@/components/checkbox";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { PasswordInput } from "@/components/password-input";

export const upstreamFieldNames: readonly string[] = [
  ...["id", "name", "kind", "baseUrl", "credential"],
];

export interface UpstreamDraft {
  name: string;
  baseUrl: string;
  allowPrivate: boolean;
}

export interface UpstreamFieldsProps {
  initial: UpstreamDraft;
  credentialHint: string;
  errorOf: (field: string) => string | undefined;
}

/** What an upstream is called, where it is and what it is shown. */
export function UpstreamFields({ initial, credentialHint, errorOf }: UpstreamFieldsProps) {
  const plain = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;
  return (
    <>
      <Field label="Name" error={errorOf("name")}>
        {(control) => (
          <Input {...control} name="name" autoComplete="off" defaultValue={initial.name} />
        )}
      </Field>
      <Field
        label="Address"
        error={errorOf("baseUrl")}
        hint="The base URL, as the official SDKs take it."
      >
        {(control) => (
          <Input
            {...control}
            {...plain}
            name="baseUrl"
            mono
            inputMode="url"
            placeholder="https://api.openai.com/v1"
            defaultValue={initial.baseUrl}
          />
        )}
      </Field>
      <Field
        label="Credential"
        aside="Optional"
        error={errorOf("credential")}
        hint={credentialHint}
      >
        {(control) => <PasswordInput {...control} name="credential" autoComplete="off" />}
      </Field>
      <Checkbox
        name="allowPrivate"
        value="on"
        defaultChecked={initial.allowPrivate}
        label="Allow private addresses"
        description="For a server of your own: plain http, and addresses inside your network."
      />
    </>
  );
}
