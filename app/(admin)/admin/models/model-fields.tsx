"use client";

import { useState } from "react";
import { Button } from "@/components/button";
import { Checkbox } from "@/components/checkbox";
import { Field, FieldError } from "@/components/field";
import { Input } from "@/components/input";
import { Select } from "@/components/select";

export interface UpstreamChoice {
  id: string;
  name: string;
}

/** A model as a form has it; numbers are text. */
export interface ModelDraft {
  id: string;
  displayName: string;
  ownedBy: string;
  ways: readonly { upstreamId: string; model: string }[];
  contextTokens: string;
  outputTokensMax: string;
  outputTokensDefault: string;
  listed: boolean;
}

export const modelFieldNames: readonly string[] = [
  ...["id", "displayName", "ownedBy", "ways", "contextTokens", "outputTokensMax"],
  ...["outputTokensDefault", "inputUsd", "outputUsd", "effectiveFrom"],
];

interface PartProps {
  initial: ModelDraft;
  errorOf: (field: string) => string | undefined;
}

/** What a model is called and how much it takes and gives. */
export function ModelFields({ initial, errorOf }: PartProps) {
  const number = { inputMode: "numeric", autoComplete: "off" } as const;
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Display name" error={errorOf("displayName")}>
          {(control) => (
            <Input {...control} name="displayName" defaultValue={initial.displayName} />
          )}
        </Field>
        <Field label="Maker" error={errorOf("ownedBy")} hint="Shown as owned_by in GET /v1/models.">
          {(control) => <Input {...control} name="ownedBy" defaultValue={initial.ownedBy} />}
        </Field>
      </div>
      <div className="grid gap-5 sm:grid-cols-3">
        <Field label="Context" error={errorOf("contextTokens")} hint="Tokens, input and output.">
          {(control) => (
            <Input
              {...control}
              {...number}
              name="contextTokens"
              defaultValue={initial.contextTokens}
            />
          )}
        </Field>
        <Field
          label="Max output"
          error={errorOf("outputTokensMax")}
          hint="Tokens. 0 for embeddings."
        >
          {(control) => (
            <Input
              {...control}
              {...number}
              name="outputTokensMax"
              defaultValue={initial.outputTokensMax}
            />
          )}
        </Field>
        <Field
          label="Default output"
          error={errorOf("outputTokensDefault")}
          hint="If a request sets no limit."
        >
          {(control) => (
            <Input
              {...control}
              {...number}
              name="outputTokensDefault"
              defaultValue={initial.outputTokensDefault}
            />
          )}
        </Field>
      </div>
      <Checkbox
        name="listed"
        value="on"
        defaultChecked={initial.listed}
        label="Listed"
        description="Shown in GET /v1/models and on the prices page. An unlisted model answers whoever knows its name."
      />
    </>
  );
}

export interface WaysFieldProps extends PartProps {
  upstreams: readonly UpstreamChoice[];
}

/** Who answers, in order: the next is asked where the one before can't. */
export function WaysField({ initial, upstreams, errorOf }: WaysFieldProps) {
  const [ways, setWays] = useState(() => initial.ways.map((way, i) => ({ ...way, key: i })));
  const error = errorOf("ways");
  const taken = new Set(ways.map((way) => way.upstreamId));
  const free = upstreams.find(({ id }) => !taken.has(id));
  return (
    <fieldset className="grid min-w-0 gap-2" aria-describedby={error ? "ways-error" : undefined}>
      <legend className="mb-1.5 text-sm font-medium">Answered by</legend>
      {ways.map((way, i) => (
        <div key={way.key} className="flex items-start gap-2">
          <Select
            name="wayUpstream"
            aria-label={`Upstream ${i + 1}`}
            aria-invalid={error ? true : undefined}
            className="min-w-0 flex-1"
            value={way.upstreamId}
            onChange={({ target }) =>
              setWays(
                ways.map((one) =>
                  one.key === way.key ? { ...one, upstreamId: target.value } : one,
                ),
              )
            }
            options={upstreams.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <span className="min-w-0 flex-1">
            <Input
              name="wayModel"
              mono
              aria-label={`Name at upstream ${i + 1}`}
              placeholder="The same name"
              defaultValue={way.model}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
            />
          </span>
          {ways.length > 1 ? (
            <Button
              variant="ghost"
              aria-label={`Remove upstream ${i + 1}`}
              onClick={() => setWays(ways.filter((one) => one.key !== way.key))}
            >
              Remove
            </Button>
          ) : null}
        </div>
      ))}
      {free ? (
        <div>
          <Button
            size="sm"
            onClick={() =>
              setWays([
                ...ways,
                {
                  ...{ upstreamId: free.id, model: "" },
                  key: Math.max(0, ...ways.map((way) => way.key)) + 1,
                },
              ])
            }
          >
            Add a fallback
          </Button>
        </div>
      ) : null}
      {error ? <FieldError id="ways-error" errors={[error]} /> : null}
    </fieldset>
  );
}

/** Dollars for a million tokens. */
export function PriceFields({
  input,
  output,
  errorOf,
}: {
  input: string;
  output: string;
  errorOf: PartProps["errorOf"];
}) {
  const field = (label: string, name: string, value: string) => (
    <Field label={label} error={errorOf(name)} hint="Per million tokens.">
      {(control) => (
        <Input
          {...control}
          name={name}
          leading="$"
          inputMode="decimal"
          autoComplete="off"
          defaultValue={value}
        />
      )}
    </Field>
  );
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      {field("Input price", "inputUsd", input)}
      {field("Output price", "outputUsd", output)}
    </div>
  );
}
