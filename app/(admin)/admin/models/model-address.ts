import type { Route } from "next";

/** The page of a model, whose name may hold slashes. */
export function modelHref(id: string): Route {
  return `/admin/models/${id.split("/").map(encodeURIComponent).join("/")}` as Route;
}
