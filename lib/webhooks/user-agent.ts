import { brand } from "@/lib/brand";

/** How messages introduce themselves to receivers. */
export const userAgent = `${brand.name.replace(/[^!-~]+/g, "-")}-Webhooks/1.0`;
