"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "@/components/button";
import {
  dialogCenterClass,
  dialogClass,
  dialogFooterClass,
  dialogTitleClass,
  dialogTopClass,
  veilClass,
} from "@/components/dialog-class";
import { useFocusReturn } from "@/components/focus-return";

export interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** Buttons at the foot, right-aligned; put what belongs left first and give it `mr-auto`. */
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** Keeps the head where it is when the content grows and shrinks, such as behind tabs. */
  anchor?: "center" | "top";
  /** False keeps the dialog open on Escape and on a press outside; the cross still asks to close. */
  dismissible?: boolean;
}

const widths = { sm: "max-w-[420px]", md: "max-w-[520px]", lg: "max-w-[640px]" };

const anchors = { center: dialogCenterClass, top: dialogTopClass };

/** What `Dialog` fetches when it is first opened. */
export default function DialogPanel(props: DialogProps) {
  const { open, onOpenChange, title, description, children, footer } = props;
  const { size = "md", anchor = "center", dismissible = true } = props;
  const focusReturn = useFocusReturn();
  const keepOpen = dismissible ? undefined : (event: Event) => event.preventDefault();
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={veilClass} />
        <Primitive.Content
          className={clsx(dialogClass, anchors[anchor], widths[size])}
          {...focusReturn}
          onEscapeKeyDown={keepOpen}
          onInteractOutside={keepOpen}
          {...(description ? {} : { "aria-describedby": undefined })}
        >
          <div className="pr-8">
            <Primitive.Title className={dialogTitleClass}>{title}</Primitive.Title>
            {description ? (
              <Primitive.Description className="mt-1 text-fg-2">
                {description}
              </Primitive.Description>
            ) : null}
          </div>
          {children ? <div className="mt-5">{children}</div> : null}
          {footer ? <div className={clsx(dialogFooterClass, "mt-6")}>{footer}</div> : null}
          {/* Last in the document, so that focus starts in the content and not on the cross. */}
          <Primitive.Close asChild>
            <Button
              variant="ghost"
              size="sm"
              iconOnly
              aria-label="Close"
              className="absolute! top-4 right-4"
            >
              <X aria-hidden />
            </Button>
          </Primitive.Close>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
