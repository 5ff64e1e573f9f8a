"use client";

import { roleTexts } from "@/app/(dashboard)/settings/members/role-text";
import { RadioGroup } from "@/components/radio-group";
import { type Role, roles } from "@/lib/scope";

export interface RoleFieldProps {
  value: Role;
  onValueChange: (role: Role) => void;
  canManageOwners: boolean;
}

/** One of the roles, with what it may do. */
export function RoleField({ value, onValueChange, canManageOwners }: RoleFieldProps) {
  return (
    <RadioGroup
      legend="Role"
      value={value}
      onValueChange={onValueChange}
      options={roles.map((role) => ({
        value: role,
        ...roleTexts[role],
        ...(role === "owner" && !canManageOwners
          ? { disabled: true, description: "Only owners can make owners." }
          : {}),
      }))}
    />
  );
}
