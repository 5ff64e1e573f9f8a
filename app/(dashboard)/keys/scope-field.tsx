"use client";

import { useId } from "react";
import { scopeMeanings } from "@/app/(dashboard)/keys/scope-meanings";
import { Checkbox } from "@/components/checkbox";
import { FieldError } from "@/components/field";
import { type KeyScope, keyScopes } from "@/lib/keys/terms";

export interface ScopeFieldProps {
  value: readonly KeyScope[];
  grantable: readonly KeyScope[];
  error: string | undefined;
  onValueChange: (value: KeyScope[]) => void;
}

function describe(scope: KeyScope, isGrantable: boolean, hasAll: boolean): string {
  if (!isGrantable) return "Only owners and admins can give it.";
  return hasAll && scope !== "admin" ? "Included in admin." : scopeMeanings[scope];
}

/** What the key may do. The scopes are no ladder: each stands for itself, and `admin` for all. */
export function ScopeField({ value, grantable, error, onValueChange }: ScopeFieldProps) {
  const errorId = useId();
  const hasAll = value.includes("admin");
  return (
    <fieldset className="min-w-0" aria-describedby={error ? errorId : undefined}>
      <legend className="mb-1.5 text-sm font-medium text-fg">Scopes</legend>
      <div className="grid gap-x-4 gap-y-3 rounded-lg border border-line-strong p-3 sm:grid-cols-2">
        {keyScopes.map((scope) => {
          const isGrantable = grantable.includes(scope);
          return (
            <Checkbox
              key={scope}
              label={scope}
              description={describe(scope, isGrantable, hasAll)}
              checked={value.includes(scope)}
              disabled={!isGrantable}
              aria-invalid={error ? true : undefined}
              onChange={(event) =>
                onValueChange(
                  event.target.checked
                    ? [...value, scope]
                    : value.filter((chosen) => chosen !== scope),
                )
              }
            />
          );
        })}
      </div>
      {error ? (
        <div className="mt-1.5">
          <FieldError id={errorId} errors={[error]} />
        </div>
      ) : null}
    </fieldset>
  );
}
