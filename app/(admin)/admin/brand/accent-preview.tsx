import { type AccentPair, type AccentShades, accentFrom, describeVariant } from "@/lib/accent";

export interface AccentPreviewProps {
  name: string;
  /** What is typed; nothing where the deployment's own colours hold. */
  color: string;
  own: AccentPair;
}

/** Each theme's variant of a colour in use, and what was done to make it readable. */
export function AccentPreview({ name, color, own }: AccentPreviewProps) {
  const variants = accentFrom(color);
  const pair = variants ?? (color === "" ? own : null);
  const saysOf = (theme: "light" | "dark") =>
    variants ? describeVariant(variants[theme]) : "The deployment’s own.";
  return (
    <section aria-label="Preview" className="grid min-w-0 content-start gap-3">
      <p className="text-sm font-medium">Preview</p>
      {pair ? (
        <>
          <Swatch
            {...{ theme: "Light", ground: "#ffffff", text: "#18181b", name }}
            shades={pair.light}
            says={saysOf("light")}
          />
          <Swatch
            {...{ theme: "Dark", ground: "#0b0b0d", text: "#f1f1f3", name }}
            shades={pair.dark}
            says={saysOf("dark")}
          />
        </>
      ) : (
        <p className="text-sm text-fg-2">Enter a colour such as #2b5bd7 to see it.</p>
      )}
    </section>
  );
}

interface SwatchProps {
  theme: string;
  ground: string;
  text: string;
  name: string;
  shades: AccentShades;
  says: string;
}

function Swatch({ theme, ground, text, name, shades, says }: SwatchProps) {
  const { accent, foreground, soft } = shades;
  return (
    <figure className="grid min-w-0 gap-1.5">
      <div
        className="grid gap-3 rounded-lg border border-line p-4 text-sm forced-color-adjust-none"
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
        {theme} <code className="font-mono">{accent}</code>. {says}
      </figcaption>
    </figure>
  );
}
