import { type AccentVariant, accentFrom, describeVariant } from "@/lib/accent";

export interface AccentPreviewProps {
  name: string;
  color: string;
  /** Where nothing is chosen, the deployment's own variants hold, which were made by hand. */
  isChosen: boolean;
}

/** Each theme's variant of a colour in use, and what was done to make it readable. */
export function AccentPreview({ name, color, isChosen }: AccentPreviewProps) {
  const pair = accentFrom(color);
  return (
    <section aria-label="Preview" className="grid content-start gap-3">
      <p className="text-sm font-medium">Preview</p>
      {pair ? (
        <>
          <Swatch theme="Light" ground="#ffffff" text="#18181b" name={name} variant={pair.light} />
          <Swatch theme="Dark" ground="#0b0b0d" text="#f1f1f3" name={name} variant={pair.dark} />
          {isChosen ? null : (
            <p className="text-xs text-fg-3">
              No colour is chosen: the deployment’s own variants hold.
            </p>
          )}
        </>
      ) : (
        <p className="text-sm text-fg-2">Enter a colour such as #2b5bd7 to see it.</p>
      )}
    </section>
  );
}

interface SwatchProps {
  theme: "Light" | "Dark";
  ground: string;
  text: string;
  name: string;
  variant: AccentVariant;
}

function Swatch({ theme, ground, text, name, variant }: SwatchProps) {
  const { accent, foreground, soft } = variant;
  return (
    <figure className="grid gap-1.5">
      <div
        className="grid gap-3 rounded-lg border border-line p-4 text-sm"
        style={{ background: ground, color: text }}
      >
        <p className="truncate font-semibold">{name}</p>
        <p className="flex flex-wrap items-center gap-3">
          <span
            className="rounded-md px-3 py-1.5 font-medium"
            style={{ background: accent, color: foreground }}
          >
            Create key
          </span>
          <span className="underline underline-offset-2" style={{ color: accent }}>
            Read the docs
          </span>
          <span className="rounded-sm px-1.5" style={{ background: soft, color: accent }}>
            Live
          </span>
        </p>
      </div>
      <figcaption className="text-xs text-fg-2">
        {theme} <code className="font-mono">{accent}</code>. {describeVariant(variant)}
      </figcaption>
    </figure>
  );
}
