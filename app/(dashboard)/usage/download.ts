import { readFailure } from "@/app/(dashboard)/read-json";

/**
 * Saves what an address of ours answers as a file. Answers null, or why it was refused, empty where that isn't told.
 * @throws where nothing came
 */
export async function download(address: string): Promise<string | null> {
  const response = await fetch(address);
  if (!response.ok) return readFailure(await response.json().catch(() => null))?.message ?? "";
  const disposition = response.headers.get("content-disposition") ?? "";
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? "usage.csv";
  save(await response.blob(), name);
  return null;
}

function save(file: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has taken hold of the file by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
