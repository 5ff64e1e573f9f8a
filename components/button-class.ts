import { clsx } from "clsx";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "sm" | "md" | "lg";

export interface ButtonLook {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  /** A square button that holds only an icon; give it an `aria-label`. */
  iconOnly?: boolean | undefined;
  className?: string | undefined;
}

const variants: Record<ButtonVariant, string> = {
  primary: "border-accent bg-accent text-accent-fg hover:border-accent-hover hover:bg-accent-hover",
  secondary: "border-line-strong bg-raised text-fg hover:bg-hover active:bg-selected",
  ghost: "border-transparent bg-transparent text-fg-2 hover:bg-hover hover:text-fg",
  danger: "border-red bg-red text-red-fg hover:border-red-hover hover:bg-red-hover",
};

const sizes: Record<ButtonSize, { text: string; square: string }> = {
  sm: { text: "h-7 px-2.5 text-[0.78125rem] [&_svg]:size-3.5", square: "size-7 [&_svg]:size-3.5" },
  md: { text: "h-8 px-3 text-[0.84375rem] [&_svg]:size-4", square: "size-8 [&_svg]:size-4" },
  lg: { text: "h-10 px-4 text-base [&_svg]:size-4", square: "size-10 [&_svg]:size-4.5" },
};

/** The classes of a button, so that links and menu triggers can look like one. */
export function buttonClass(look: ButtonLook = {}): string {
  const { variant = "secondary", size = "md", iconOnly = false, className } = look;
  return clsx(
    "relative inline-flex shrink-0 select-none items-center justify-center gap-1.75 rounded-md border",
    "whitespace-nowrap font-medium transition-colors duration-100 [&_svg]:shrink-0",
    "disabled:pointer-events-none disabled:opacity-50 aria-disabled:opacity-50",
    variants[variant],
    iconOnly ? sizes[size].square : sizes[size].text,
    className,
  );
}
