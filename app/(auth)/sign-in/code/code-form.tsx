"use client";

import { FormError } from "@/app/(auth)/form-error";
import { signInCodeAction } from "@/app/(auth)/sign-in/code/actions";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { Input } from "@/components/input";

export interface CodeFormProps {
  callbackUrl: string;
  /** Asks for a recovery code instead of one of the app. */
  isRecovery: boolean;
}

export function CodeForm({ callbackUrl, isRecovery }: CodeFormProps) {
  const { state, isPending, formProps } = useAuthForm(signInCodeAction);
  const { error } = state;
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={error} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
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
      <Button type="submit" variant="primary" size="lg" loading={isPending} className="mt-1 w-full">
        Continue
      </Button>
    </form>
  );
}
