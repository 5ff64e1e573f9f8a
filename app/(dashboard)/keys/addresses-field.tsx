"use client";

import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { TokenInput } from "@/components/token-input";

export interface AddressesFieldProps {
  value: readonly string[];
  /** The viewer's address as the server sees it; null where it can't tell. */
  ownAddress: string | null;
  error: string | undefined;
  wrong: ReadonlySet<number>;
  onValueChange: (value: string[]) => void;
}

/** Where requests with a key may come from. */
export function AddressesField(props: AddressesFieldProps) {
  const { value, ownAddress, error, wrong, onValueChange } = props;
  return (
    <div>
      <Field
        label="Addresses"
        aside={value.length === 0 ? "Any is allowed" : "Only these are allowed"}
        error={error}
        hint="Addresses such as 203.0.113.7, or blocks such as 203.0.113.0/24."
      >
        {(control) => (
          <TokenInput
            {...control}
            noun="address"
            values={value}
            invalid={wrong}
            placeholder="Any address"
            onValuesChange={onValueChange}
          />
        )}
      </Field>
      {ownAddress && !value.includes(ownAddress) ? (
        <Button size="sm" className="mt-2" onClick={() => onValueChange([...value, ownAddress])}>
          Add mine <span className="font-mono font-normal text-fg-3">{ownAddress}</span>
        </Button>
      ) : null}
    </div>
  );
}
