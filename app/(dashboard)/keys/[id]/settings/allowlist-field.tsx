"use client";

import { Button } from "@/components/button";
import { Field } from "@/components/field";
import { RadioGroup } from "@/components/radio-group";
import { TokenInput } from "@/components/token-input";

/** What is chosen of an allowlist: the entries stay when everything is allowed for a moment. */
export interface AllowlistDraft {
  isLimited: boolean;
  entries: readonly string[];
}

/** The draft of a list; null, which allows everything, has no entries. */
export function draftOf(list: readonly string[] | null): AllowlistDraft {
  return { isLimited: list !== null, entries: list ?? [] };
}

/** The list that a draft stands for. */
export function listOf({ isLimited, entries }: AllowlistDraft): string[] | null {
  return isLimited ? [...entries] : null;
}

/** Which entries of a list an error was found with, such as the third for `modelAllowlist.2`. */
export function wrongPlaces(
  entries: readonly string[],
  field: string,
  errorOf: (path: string) => string | undefined,
): ReadonlySet<number> {
  return new Set(entries.flatMap((_, place) => (errorOf(`${field}.${place}`) ? [place] : [])));
}

export interface AllowlistFieldProps {
  /** "Models", and what one of them is called. */
  legend: string;
  noun: string;
  allLabel: string;
  onlyLabel: string;
  /** What an empty list means. */
  emptyHint: string;
  hint: string;
  placeholder: string;
  /** Entries that a press adds, with the words on their buttons. */
  suggestions: readonly { label: string; entry: string }[];
  value: AllowlistDraft;
  /** What is wrong with the list, and which places in it are. */
  error: string | undefined;
  wrong: ReadonlySet<number>;
  onValueChange: (value: AllowlistDraft) => void;
}

/** Everything, or what is listed: no list and an empty list are opposites, and it says so. */
export function AllowlistField(props: AllowlistFieldProps) {
  const { value, onValueChange } = props;
  const { entries, isLimited } = value;
  const missing = props.suggestions.filter(({ entry }) => !entries.includes(entry));
  const change = (list: readonly string[]) => onValueChange({ isLimited: true, entries: list });
  return (
    <div className="grid gap-3">
      <RadioGroup
        legend={props.legend}
        value={isLimited ? "only" : "all"}
        onValueChange={(choice) => onValueChange({ entries, isLimited: choice === "only" })}
        options={[
          { value: "all", label: props.allLabel },
          { value: "only", label: props.onlyLabel },
        ]}
      />
      {isLimited ? (
        <>
          <Field label="Allowed" error={props.error} hint={props.hint}>
            {(control) => (
              <TokenInput
                {...control}
                noun={props.noun}
                values={entries}
                invalid={props.wrong}
                placeholder={props.placeholder}
                onValuesChange={change}
              />
            )}
          </Field>
          {missing.length > 0 ? (
            <div className="flex max-h-40 flex-wrap gap-1.5 overflow-y-auto">
              {missing.map(({ label, entry }) => (
                <Button key={entry} size="sm" onClick={() => change([...entries, entry])}>
                  {label}
                </Button>
              ))}
            </div>
          ) : null}
          {entries.length === 0 ? (
            <p role="status" className="text-sm text-amber">
              {props.emptyHint}
            </p>
          ) : null}
        </>
      ) : null}
    </div>
  );
}
