"use server";

import { refresh } from "next/cache";
import { createOperatorAction } from "@/lib/auth/operator-action";
import { addModel, setModelRetired, updateModel } from "@/lib/models/catalogue-mutations";
import { setPrice, withdrawPrice } from "@/lib/models/prices";
import {
  AddModel,
  ModelReference,
  PriceReference,
  SetPrice,
  UpdateModel,
} from "@/lib/models/schema";
import { nanosToDecimal } from "@/lib/money";
import type { ActionResult } from "@/lib/result";

const calm = { isSensitive: false };

const aboutModel = (id: string) => ({ workspaceId: null, targetType: "model", targetId: id });

const add = createOperatorAction(AddModel, calm, async ({ db, record }, input) => {
  await addModel(db, input);
  const { id, inputUsd, outputUsd } = input;
  await record({
    ...aboutModel(id),
    action: "model.added",
    details: { name: id, input: inputUsd, output: outputUsd },
  });
  refresh();
  return { id };
});

const update = createOperatorAction(UpdateModel, calm, async (context, input) => {
  const fields = await updateModel(context.db, input);
  if (fields.length === 0) return context.changedNothing();
  const details = { name: input.id, fields };
  await context.record({ ...aboutModel(input.id), action: "model.updated", details });
  refresh();
});

const retire = createOperatorAction(ModelReference, calm, async (context, { id }) => {
  if (!(await setModelRetired(context.db, id, true))) return context.changedNothing();
  await context.record({ ...aboutModel(id), action: "model.retired", details: { name: id } });
  refresh();
});

const restore = createOperatorAction(ModelReference, calm, async (context, { id }) => {
  if (!(await setModelRetired(context.db, id, false))) return context.changedNothing();
  await context.record({ ...aboutModel(id), action: "model.restored", details: { name: id } });
  refresh();
});

const price = createOperatorAction(SetPrice, calm, async ({ db, record }, input) => {
  const { effectiveFrom } = await setPrice(db, input);
  await record({
    ...aboutModel(input.id),
    action: "model_price.set",
    details: {
      name: input.id,
      ...{ input: input.inputUsd, output: input.outputUsd, from: effectiveFrom.toISOString() },
    },
  });
  refresh();
});

const withdraw = createOperatorAction(PriceReference, calm, async ({ db, record }, input) => {
  const { inputNanosPerMtok, outputNanosPerMtok } = await withdrawPrice(db, input);
  await record({
    ...aboutModel(input.id),
    action: "model_price.withdrawn",
    details: {
      ...{ name: input.id, from: input.effectiveFrom.toISOString() },
      ...{ input: nanosToDecimal(inputNanosPerMtok), output: nanosToDecimal(outputNanosPerMtok) },
    },
  });
  refresh();
});

/** Numbers are text as they were typed. */
export async function addModelAction(input: unknown): Promise<ActionResult<{ id: string }>> {
  return await add(input);
}

export async function updateModelAction(input: unknown): Promise<ActionResult<void>> {
  return await update(input);
}

export async function retireModelAction(input: ModelReference): Promise<ActionResult<void>> {
  return await retire(input);
}

export async function restoreModelAction(input: ModelReference): Promise<ActionResult<void>> {
  return await restore(input);
}

/** `effectiveFrom` is an instant in ISO 8601; null is now. */
export async function setPriceAction(input: unknown): Promise<ActionResult<void>> {
  return await price(input);
}

export async function withdrawPriceAction(input: {
  id: string;
  effectiveFrom: string;
}): Promise<ActionResult<void>> {
  return await withdraw(input);
}
