"use client";

import { FormError } from "@/app/(auth)/form-error";
import { signInWithProviderAction } from "@/app/(auth)/provider-actions";
import { useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";
import { ProviderMark } from "@/components/provider-mark";

export interface ProviderFormProps {
  id: string;
  name: string;
  callbackUrl: string;
}

/** The button that leads to one provider. */
export function ProviderForm({ id, name, callbackUrl }: ProviderFormProps) {
  const { state, isPending, formProps } = useAuthForm(signInWithProviderAction);
  return (
    <form {...formProps} className="grid gap-2">
      <input type="hidden" name="provider" value={id} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <Button type="submit" size="lg" loading={isPending} className="w-full">
        <ProviderMark id={id} /> Continue with {name}
      </Button>
      <FormError error={state.error} />
    </form>
  );
}
