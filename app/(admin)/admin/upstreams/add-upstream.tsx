"use client";

import { useRouter } from "next/navigation";
import { ConsoleForm } from "@/app/(admin)/admin/form/console-form";
import { textOf } from "@/app/(admin)/admin/form/form-text";
import { addUpstreamAction } from "@/app/(admin)/admin/upstreams/actions";
import { upstreamHref } from "@/app/(admin)/admin/upstreams/upstream-address";
import { UpstreamFields, upstreamFieldNames } from "@/app/(admin)/admin/upstreams/upstream-fields";
import { upstreamInput } from "@/app/(admin)/admin/upstreams/upstream-input";
import { useAddressDialog } from "@/app/(dashboard)/use-address-dialog";
import { Dialog } from "@/components/dialog";
import { Field } from "@/components/field";
import { Input } from "@/components/input";
import { RadioGroup } from "@/components/radio-group";
import { toast } from "@/components/toast";

const empty = { name: "", baseUrl: "", allowPrivate: false };

/** The form of a new upstream; its page comes after. */
export function AddUpstream() {
  const router = useRouter();
  const [dialog, open] = useAddressDialog(["new"]);
  return (
    <Dialog
      open={dialog === "new"}
      onOpenChange={() => open(null)}
      title="Add an upstream"
      description="It gets requests once a model is set to use it."
    >
      <ConsoleForm
        fields={upstreamFieldNames}
        submitLabel="Add upstream"
        act={(data) =>
          addUpstreamAction({
            ...upstreamInput(data),
            ...{ id: textOf(data, "id"), kind: textOf(data, "kind") },
          })
        }
        onDone={({ id }) => {
          toast.success("Upstream added");
          router.push(upstreamHref(id));
        }}
        onCancel={() => open(null)}
      >
        {(errorOf) => (
          <>
            <Field label="Id" error={errorOf("id")} hint="Used in logs. It can’t be changed later.">
              {(control) => (
                <Input
                  {...control}
                  name="id"
                  mono
                  placeholder="openai"
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                />
              )}
            </Field>
            <RadioGroup
              legend="Protocol"
              name="kind"
              layout="cards"
              className="sm:grid-cols-2"
              defaultValue="openai"
              options={[
                {
                  value: "openai",
                  label: "OpenAI",
                  description: "Chat Completions: OpenAI, vLLM, Ollama, DeepSeek.",
                },
                { value: "anthropic", label: "Anthropic", description: "Messages." },
              ]}
            />
            <UpstreamFields
              initial={empty}
              credentialHint="The provider’s key. It is kept encrypted and never shown again."
              errorOf={errorOf}
            />
          </>
        )}
      </ConsoleForm>
    </Dialog>
  );
}
