"use client";

import { type ChangeEvent, useId, useRef, useState, useTransition } from "react";
import { removeLogoAction, setLogoAction } from "@/app/(admin)/admin/brand/actions";
import { ConfirmAct } from "@/app/(admin)/admin/form/confirm-act";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { useRecentSignIn } from "@/app/(dashboard)/recent-sign-in/use-recent-sign-in";
import { Button } from "@/components/button";
import { FieldError } from "@/components/field";
import { Section } from "@/components/section";
import { toast } from "@/components/toast";

export interface LogoSectionProps {
  logo: { href: string; kind: "SVG" | "PNG"; kilobytes: number } | null;
}

const bytesMax = 65_536;

async function toBase64(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The logo in both themes, and the ways to change it. */
export function LogoSection({ logo }: LogoSectionProps) {
  const errorId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<string | null>(null);
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const { withRecentSignIn, proofDialog } = useRecentSignIn();
  const [isPending, startTransition] = useTransition();

  function choose({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? [];
    // The same file can be chosen again after it was mended.
    const clear = () => {
      target.value = "";
    };
    setError(null);
    setLeftOut([]);
    if (!file) return;
    if (file.size > bytesMax) {
      clear();
      return setError("Choose a file of at most 64 KB.");
    }
    startTransition(async () => {
      const text = await toBase64(file);
      clear();
      const result = await withRecentSignIn(() => setLogoAction({ file: text }).catch(unreachable));
      if (!result.ok) {
        return setError(result.error.fields?.file ?? result.error.message);
      }
      setLeftOut(result.data.leftOut);
      toast.success("Logo saved");
    });
  }

  return (
    <Section
      title="Logo"
      description="SVG or PNG, at most 64 KB. Shown left of the name, 20 pixels high, and in the browser’s tab."
      actions={
        <>
          {logo ? (
            <ConfirmAct
              label="Remove logo"
              title="Remove the logo?"
              confirmLabel="Remove logo"
              done="Logo removed"
              act={removeLogoAction}
            >
              Pages show the product’s own mark again.
            </ConfirmAct>
          ) : null}
          <Button loading={isPending} onClick={() => input.current?.click()}>
            {logo ? "Replace logo" : "Choose logo"}
          </Button>
          <input
            ref={input}
            type="file"
            accept=".svg,.png,image/svg+xml,image/png"
            aria-label="Logo file"
            aria-describedby={error ? errorId : undefined}
            className="sr-only"
            tabIndex={-1}
            onChange={choose}
          />
        </>
      }
    >
      <div className="grid gap-3">
        {logo ? <LogoGrounds logo={logo} /> : <p className="text-sm text-fg-2">No logo yet.</p>}
        {leftOut.length > 0 ? (
          <p role="status" className="text-sm text-fg-2">
            Left out, because a logo may hold shapes only: {leftOut.join(", ")}. Check that it still
            looks right; text has to be turned into paths.
          </p>
        ) : null}
        {error ? <FieldError id={errorId} errors={[error]} /> : null}
      </div>
      {proofDialog}
    </Section>
  );
}

function LogoGrounds({ logo }: { logo: NonNullable<LogoSectionProps["logo"]> }) {
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        {["#ffffff", "#0b0b0d"].map((ground) => (
          <div
            key={ground}
            className="grid h-20 place-items-center rounded-lg border border-line forced-color-adjust-none"
            style={{ background: ground }}
          >
            {/* biome-ignore lint/performance/noImgElement: a file of any shape from our own database. */}
            <img src={logo.href} alt="" className="brand-logo" />
          </div>
        ))}
      </div>
      <p className="text-xs text-fg-3">
        {logo.kind}, {logo.kilobytes} KB, on the grounds of both themes.
      </p>
    </>
  );
}
