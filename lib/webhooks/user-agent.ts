import { deployment } from "@/lib/brand";

/** How messages introduce themselves to receivers, who may filter by it: it stays what the deployment is. */
export const userAgent = `${deployment.name.replace(/[^!-~]+/g, "-")}-Webhooks/1.0`;
