"use client";

import { clsx } from "clsx";
import type { ReactNode } from "react";
import { FormError } from "@/app/(auth)/form-error";
import type { AuthFormState } from "@/app/(auth)/form-state";
import { type AuthFormAction, useAuthForm } from "@/app/(auth)/use-auth-form";
import { Button } from "@/components/button";

export interface AuthFormProps {
  action: AuthFormAction;
  submitLabel: string;
  /** The page to go on to, where it isn't the usual one. */
  callbackUrl?: string;
  /** The fields; the button alone does it where there are none. */
  children?: (state: AuthFormState) => ReactNode;
}

/** What went wrong, some fields, and the one button of a page of this group. */
export function AuthForm({ action, submitLabel, callbackUrl, children }: AuthFormProps) {
  const { state, isPending, formProps } = useAuthForm(action);
  return (
    <form {...formProps} className="grid gap-4">
      <FormError error={state.error} />
      {callbackUrl ? <input type="hidden" name="callbackUrl" value={callbackUrl} /> : null}
      {children?.(state)}
      <Button
        type="submit"
        variant="primary"
        size="lg"
        loading={isPending}
        className={clsx("w-full", children && "mt-1")}
      >
        {submitLabel}
      </Button>
    </form>
  );
}
