import { keepReaderZone } from "@/app/(dashboard)/reader-zone";
import { answerJson } from "@/app/api/answer-json";

/** `?zone=` → nothing: the browser tells its time zone, so that the next page comes in it at once. */
export function GET(request: Request): Promise<Response> {
  return answerJson(null, async () => {
    await keepReaderZone(new URL(request.url).searchParams.get("zone") ?? "");
    return {};
  });
}
