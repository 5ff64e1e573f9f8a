"use client";

import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import type { Route } from "next";
import { type ReactNode, type RefObject, useId, useState } from "react";
import type { ChatSettings } from "@/app/(dashboard)/playground/chat-body";
import type { ModelChoice } from "@/app/(dashboard)/playground/estimate";
import { NumberField } from "@/app/(dashboard)/playground/number-field";
import { Button } from "@/components/button";
import { ButtonLink } from "@/components/button-link";
import { controlClass } from "@/components/control-class";
import { Field } from "@/components/field";
import { Section } from "@/components/section";
import { Select } from "@/components/select";
import { Switch } from "@/components/switch";
import { Textarea } from "@/components/textarea";
import type { KeyChoice } from "@/lib/keys/choices";
import { formatUsd } from "@/lib/money";

export interface ParametersProps {
  settings: ChatSettings;
  system: string;
  keys: readonly KeyChoice[];
  models: readonly ModelChoice[];
  maySend: boolean;
  keyField: RefObject<HTMLSelectElement | null>;
  /** Somebody wanted to send without having chosen a key. */
  isKeyMissing: boolean;
  onChange: (part: Partial<ChatSettings>) => void;
  onSystem: (text: string) => void;
}

/** `$0.27 in · $1.10 out`, a million tokens. */
function priceText(model: ModelChoice): string {
  const [input, output] = [BigInt(model.inputNanosPerMtok), BigInt(model.outputNanosPerMtok)];
  return `${formatUsd(input)} in · ${formatUsd(output)} out`;
}

/** `$0.27 / $1.10`, beside a name. */
function shortPrice(model: ModelChoice): string {
  const [input, output] = [BigInt(model.inputNanosPerMtok), BigInt(model.outputNanosPerMtok)];
  return `${formatUsd(input)} / ${formatUsd(output)}`;
}

const wholeFormat = new Intl.NumberFormat("en-US");

/** Which key asks which model for what. On phones all but the first two are folded. */
export function Parameters(props: ParametersProps) {
  const { settings, system, models, onChange, onSystem } = props;
  const [isUnfolded, setUnfolded] = useState(false);
  const moreId = useId();
  const model = models.find(({ id }) => id === settings.model);
  return (
    <Section title="Settings" className="lg:sticky lg:top-7 lg:z-10">
      <div className="grid gap-4">
        <KeyField {...props} />
        <Field
          label="Model"
          hint={
            model ? (
              <>
                <span className="tabular-nums">{priceText(model)}</span>, per million tokens
              </>
            ) : undefined
          }
        >
          {(control) => (
            <Select
              {...control}
              className="[&>select]:truncate"
              value={settings.model}
              onChange={(event) => onChange({ model: event.target.value })}
              options={models.map((one) => ({
                value: one.id,
                label: `${one.id} · ${shortPrice(one)}`,
              }))}
            />
          )}
        </Field>
        <Button
          className="lg:hidden"
          aria-expanded={isUnfolded}
          aria-controls={moreId}
          onClick={() => setUnfolded(!isUnfolded)}
        >
          {isUnfolded ? "Fewer settings" : "More settings"}
          <ChevronDown aria-hidden className={clsx(isUnfolded && "rotate-180")} />
        </Button>
        <div id={moreId} className={clsx("grid gap-4", !isUnfolded && "max-lg:hidden")}>
          <Field label="System prompt" aside="Optional">
            {(control) => (
              <Textarea
                {...control}
                value={system}
                placeholder="You are a helpful assistant."
                onChange={(event) => onSystem(event.target.value)}
                className="max-h-60"
              />
            )}
          </Field>
          <NumberField
            label="Max tokens"
            hint={
              model
                ? `Up to ${wholeFormat.format(model.outputTokensMax)}; ${wholeFormat.format(model.outputTokensDefault)} if empty.`
                : undefined
            }
            inputMode="numeric"
            min={1}
            max={model?.outputTokensMax ?? 1_000_000}
            isWhole
            value={settings.maxTokens}
            onValue={(maxTokens) => onChange({ maxTokens })}
          />
          <NumberField
            label="Temperature"
            hint="From 0 to 2. Leave empty for the model’s default."
            inputMode="decimal"
            min={0}
            max={2}
            value={settings.temperature}
            onValue={(temperature) => onChange({ temperature })}
          />
          <Switch
            label="Stream"
            description="Show the answer as it is written."
            checked={settings.isStreamed}
            onChange={(event) => onChange({ isStreamed: event.target.checked })}
          />
        </div>
      </div>
    </Section>
  );
}

const keyGroups = [
  { environment: "test", label: "Test: simulated, free" },
  { environment: "live", label: "Live: costs money" },
] as const;

function KeyField({ settings, keys, maySend, keyField, isKeyMissing, onChange }: ParametersProps) {
  if (keys.length === 0) {
    return (
      <div className="grid justify-items-start gap-2.5 text-sm text-fg-2">
        <p>
          <span className="block font-medium text-fg">No key to ask with yet</span>A key of the Test
          environment is free: its answers are simulated.
        </p>
        {maySend ? (
          <ButtonLink href={"/keys?new=1" as Route} variant="primary" size="sm">
            Create key
          </ButtonLink>
        ) : null}
      </div>
    );
  }
  return (
    <Field
      label="Key"
      hint={keyHint(settings.keyId, keys)}
      {...(isKeyMissing ? { error: "Choose the key that asks." } : {})}
    >
      {(control) => (
        <KeySelect>
          <select
            {...control}
            ref={keyField}
            value={settings.keyId}
            onChange={(event) => onChange({ keyId: event.target.value })}
            className={clsx(controlClass, "h-8 appearance-none truncate pr-8")}
          >
            {settings.keyId === "" ? <option value="">Choose a key…</option> : null}
            {keyGroups.map(({ environment, label }) => {
              const members = keys.filter((key) => key.environment === environment);
              return members.length === 0 ? null : (
                <optgroup key={environment} label={label}>
                  {members.map(({ id, name, last4 }) => (
                    <option key={id} value={id}>
                      {`${name} (…${last4})`}
                    </option>
                  ))}
                </optgroup>
              );
            })}
          </select>
        </KeySelect>
      )}
    </Field>
  );
}

/** The frame that the kit's own select has; that one knows no groups. */
function KeySelect({ children }: { children: ReactNode }) {
  return (
    <span className="relative block">
      {children}
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-fg-3"
      />
    </span>
  );
}

function keyHint(keyId: string, keys: readonly KeyChoice[]): ReactNode {
  const key = keys.find(({ id }) => id === keyId);
  if (key?.environment === "test") return "Simulated answers, no charge.";
  if (key) return "A live key: requests are charged to your balance.";
  return (
    <>
      You have live keys only, which cost money.{" "}
      <a href="/keys?new=1" className="underline underline-offset-2 hover:text-fg">
        Create a test key
      </a>{" "}
      to try for free.
    </>
  );
}
