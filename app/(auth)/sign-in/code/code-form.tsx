"use client";

import { AuthForm } from "@/app/(auth)/auth-form";
import { signInCodeAction } from "@/app/(auth)/sign-in/code/actions";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface CodeFormProps {
  callbackUrl: string;
  /** Asks for a recovery code instead of one of the app. */
  isRecovery: boolean;
}

export function CodeForm({ callbackUrl, isRecovery }: CodeFormProps) {
  return (
    <AuthForm action={signInCodeAction} submitLabel="Continue" callbackUrl={callbackUrl}>
      {({ error }) => (
        <Field label={isRecovery ? "Recovery code" : "Code"} error={error?.fields?.code}>
          {(control) => (
            <Input
              {...control}
              key={isRecovery ? "recovery" : "app"}
              name="code"
              mono
              autoFocus
              autoComplete={isRecovery ? "off" : "one-time-code"}
              inputMode={isRecovery ? "text" : "numeric"}
              autoCapitalize="none"
              autoCorrect="off"
              spellCheck={false}
              maxLength={isRecovery ? 16 : 7}
              placeholder={isRecovery ? "abcde-fghjk" : "123456"}
              className="h-9 tabular-nums"
            />
          )}
        </Field>
      )}
    </AuthForm>
  );
}
