"use client";

import type { EditAddressesProps } from "@/app/(dashboard)/keys/[id]/settings/edit-addresses";
import { EditButton } from "@/app/(dashboard)/keys/[id]/settings/edit-button";
import type { EditCapsProps } from "@/app/(dashboard)/keys/[id]/settings/edit-caps";
import type { EditExpiryProps } from "@/app/(dashboard)/keys/[id]/settings/edit-expiry";
import type { EditModelsProps } from "@/app/(dashboard)/keys/[id]/settings/edit-models";
import type { EditRateProps } from "@/app/(dashboard)/keys/[id]/settings/edit-rate";
import type { EditRotationProps } from "@/app/(dashboard)/keys/[id]/settings/edit-rotation";
import type { EditScopesProps } from "@/app/(dashboard)/keys/[id]/settings/edit-scopes";
import { lazyPart } from "@/components/lazy-part";

// The buttons are in sight from the start; what each of them opens is fetched when it is pressed.
const AddressesDialog = lazyPart(
  () => import("@/app/(dashboard)/keys/[id]/settings/edit-addresses"),
);
const CapsDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-caps"));
const ExpiryDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-expiry"));
const ModelsDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-models"));
const RateDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-rate"));
const RotationDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-rotation"));
const ScopesDialog = lazyPart(() => import("@/app/(dashboard)/keys/[id]/settings/edit-scopes"));

export function EditAddresses(props: EditAddressesProps) {
  return (
    <EditButton label="Edit addresses">
      {(close) => <AddressesDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditCaps(props: EditCapsProps) {
  return (
    <EditButton label="Edit spend caps">
      {(close) => <CapsDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditExpiry(props: EditExpiryProps) {
  return (
    <EditButton label="Edit expiry">
      {(close) => <ExpiryDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditModels(props: EditModelsProps) {
  return (
    <EditButton label="Edit models">
      {(close) => <ModelsDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditRate(props: EditRateProps) {
  return (
    <EditButton label="Edit rate limit">
      {(close) => <RateDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditRotation(props: EditRotationProps) {
  return (
    <EditButton label="Edit rotation policy">
      {(close) => <RotationDialog {...props} onClose={close} />}
    </EditButton>
  );
}

export function EditScopes(props: EditScopesProps) {
  return (
    <EditButton label="Edit scopes">
      {(close) => <ScopesDialog {...props} onClose={close} />}
    </EditButton>
  );
}
