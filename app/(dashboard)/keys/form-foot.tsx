import { type Failure, FailureCallout } from "@/app/(dashboard)/keys/failure-callout";
import { Button } from "@/components/button";
import { DialogFooter } from "@/components/dialog";

export interface FormFootProps {
  /** Why the last attempt was refused. */
  failure: Failure | undefined;
  submitLabel: string;
  isPending?: boolean;
  onCancel: () => void;
}

/** The end of a form in a dialog: what went wrong, and the two ways out. */
export function FormFoot({ failure, submitLabel, isPending = false, onCancel }: FormFootProps) {
  return (
    <>
      {failure ? (
        <div className="mt-4">
          <FailureCallout failure={failure} />
        </div>
      ) : null}
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={isPending}>
          {submitLabel}
        </Button>
      </DialogFooter>
    </>
  );
}
