"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { checkLedgerAction } from "@/app/(admin)/admin/operations/actions";
import { unreachable } from "@/app/(dashboard)/keys/unreachable";
import { Button } from "@/components/button";

const lookAgainMs = 2_000;
/** Ten minutes: a check of large books takes seconds, and a worker that is away takes for ever. */
const looksMax = 300;

/** Asks for a check of the ledger, and looks again until it is made. */
export function CheckButton({ isUnderWay }: { isUnderWay: boolean }) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [problem, setProblem] = useState("");
  const [looks, setLooks] = useState(0);

  useEffect(() => {
    if (!isUnderWay || looks >= looksMax) return;
    const timer = setTimeout(() => {
      setLooks(looks + 1);
      router.refresh();
    }, lookAgainMs);
    return () => clearTimeout(timer);
  }, [isUnderWay, looks, router]);

  function ask() {
    setProblem("");
    setLooks(0);
    startTransition(async () => {
      const result = await checkLedgerAction().catch(unreachable);
      if (!result.ok) setProblem(result.error.message);
    });
  }

  return (
    <>
      {problem ? (
        <span role="alert" className="text-xs text-red">
          {problem}
        </span>
      ) : null}
      <Button size="sm" loading={isPending || isUnderWay} onClick={ask}>
        Check now
      </Button>
    </>
  );
}
