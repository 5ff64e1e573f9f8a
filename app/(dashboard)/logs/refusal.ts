import "server-only";
import {
  type Details,
  Details as DetailsSchema,
  isFailure,
} from "@/app/(dashboard)/logs/error-body";
import type { Fact, Fix, Refusal } from "@/app/(dashboard)/logs/request-detail";
import { failureNotes } from "@/app/docs/failure-notes";
import { brand } from "@/lib/brand";
import { countText } from "@/lib/count-text";
import { type FailureName, failureDefinition } from "@/lib/gateway/failures";
import { may, type PermissionName, whyNot } from "@/lib/permissions";
import type { Role } from "@/lib/scope";
import type { LoggedRequest } from "@/lib/usage/request-detail-queries";

/** What a check compared, in the words of its failure, and the way out. */
interface Explanation {
  title: string;
  text: string;
  compared: Fact[];
  fix: { label: string; href: string; who: "keys" | "billing" | "plan" } | null;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return countText(BigInt(Math.trunc(value)));
  if (Array.isArray(value)) return value.length > 0 ? value.map(String).join(", ") : "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function dollars(value: unknown): string {
  return typeof value === "string" ? `$${value}` : "–";
}

function instant(value: unknown): string {
  return typeof value === "string" ? value.replace("T", " ").replace(/\.\d+Z$/, " UTC") : "–";
}

const periodNames: Record<string, string> = {
  day: "today",
  week: "this week",
  month: "this month",
  total: "in total",
};

function fact(label: string, value: string): Fact {
  return { label, value };
}

function rateFacts(details: Details): Fact[] {
  return [
    ...(details.used === undefined
      ? []
      : [fact("Requests in the last 60 minutes", textOf(details.used))]),
    fact("Allowed an hour", textOf(details.limit)),
    freeAgain(details),
  ];
}

function freeAgain(details: Details): Fact {
  return fact("Free again after", `${textOf(details.retry_after)} s`);
}

function capFacts(details: Details): Fact[] {
  const period = periodNames[String(details.period)] ?? String(details.period);
  return [
    fact(`Spent ${period}`, dollars(details.used)),
    fact("Set aside for open requests", dollars(details.held)),
    fact("This request needs at most", dollars(details.required)),
    fact("Cap", dollars(details.limit)),
    ...(details.resets_at ? [fact("Starts anew", instant(details.resets_at))] : []),
  ];
}

function quotaFacts(details: Details): Fact[] {
  const period = periodNames[String(details.period)] ?? String(details.period);
  return [
    fact(`Requests ${period}`, textOf(details.used)),
    fact("Allowed by the plan", textOf(details.limit)),
    ...(details.resets_at ? [fact("Starts anew", instant(details.resets_at))] : []),
  ];
}

function explainLimit(failure: FailureName, details: Details, key: string): Explanation | null {
  const plans = { label: "See plans", href: "/billing?plan=1", who: "plan" } as const;
  switch (failure) {
    case "rate":
      if (details.source === "operation") {
        return {
          title: "This call may be made only so often",
          text: "Wait, then make it again. Other calls aren’t held back.",
          compared: [freeAgain(details)],
          fix: null,
        };
      }
      return details.source === "key_rate"
        ? {
            title: "The key’s own hourly rate was used up",
            text: "Slow down, or raise the key’s rate. Any 60 minutes count, not the hours of the clock.",
            compared: rateFacts(details),
            fix: { label: "Raise the key’s rate", href: key, who: "keys" },
          }
        : {
            title: "The plan’s hourly rate was used up",
            text: "Slow down, or choose a plan with a higher rate. Any 60 minutes count, not the hours of the clock.",
            compared: rateFacts(details),
            fix: plans,
          };
    case "concurrency":
      return {
        title: "Too many streams were open at once",
        text: "Let one end before opening another, or choose a plan that allows more.",
        compared: [fact("Open streams allowed", textOf(details.limit))],
        fix: plans,
      };
    case "quota":
      return details.source === "key_cap"
        ? {
            title: "The key’s spend cap didn’t cover this request",
            text: "What it may cost at most is set aside first. Raise the cap, or ask for fewer output tokens.",
            compared: capFacts(details),
            fix: { label: "Raise the cap", href: key, who: "keys" },
          }
        : {
            title: "The plan’s quota was used up",
            text: "Wait until it starts anew, or choose a plan with a larger quota.",
            compared: quotaFacts(details),
            fix: plans,
          };
    case "balance":
      return {
        title: "The balance didn’t cover this request",
        text: "What it may cost at most is set aside first. Top up, or ask for fewer output tokens.",
        compared: [
          fact("Available then", dollars(details.balance)),
          fact("This request needs at most", dollars(details.required)),
          ...(details.affordable_max_tokens === undefined
            ? []
            : [
                fact("Output tokens it would have paid for", textOf(details.affordable_max_tokens)),
              ]),
        ],
        fix: { label: "Top up", href: "/billing?add=1", who: "billing" },
      };
    default:
      return null;
  }
}

function explainKey(failure: FailureName, details: Details, key: string): Explanation | null {
  const newKey = { label: "Create another key", href: "/keys?new=1", who: "keys" } as const;
  switch (failure) {
    case "scope":
      return {
        title: "The key lacks a scope",
        text: "Add the scope to the key, or use a key that has it.",
        compared: [
          fact("Needed", textOf(details.required)),
          fact("The key had", textOf(details.granted)),
        ],
        fix: { label: "Add the scope", href: key, who: "keys" },
      };
    case "ip_forbidden":
      return {
        title: "The caller’s address isn’t on the key’s list",
        text: "Add the address to the key’s list, or call from one that is on it.",
        compared: [
          fact("Called from", textOf(details.address)),
          fact("Allowed then", textOf(details.allowed)),
        ],
        fix: { label: "Change the allowed addresses", href: key, who: "keys" },
      };
    case "model_forbidden":
      return {
        title: "The key may not use this model",
        text: "Add the model to the key’s list, or ask for one that is on it.",
        compared: [
          fact("Asked for", textOf(details.model)),
          fact("Allowed then", textOf(details.allowed)),
        ],
        fix: { label: "Change the allowed models", href: key, who: "keys" },
      };
    case "revoked_key":
      return details.reason === "disabled"
        ? {
            title: "The key was disabled",
            text: "Enable it again, or use another key.",
            compared: [],
            fix: { label: "Open the key", href: key, who: "keys" },
          }
        : {
            title: "The key, or the secret that was sent, had been revoked",
            text: "Find what still sends it, and give that the key’s present secret or another key.",
            compared: [
              fact("Revoked", instant(details.revoked_at)),
              ...(details.secret_state === "retired"
                ? [fact("The secret", "replaced by a rotation or revoked")]
                : []),
            ],
            fix: newKey,
          };
    case "expired_key":
      return {
        title: "The key had expired",
        text: details.unclaimed_rotation
          ? "Its rotation was due, and nobody had claimed the new secret in time."
          : "Create another key; one that has ended can’t be prolonged.",
        compared: [fact("Expired", instant(details.expired_at))],
        fix: newKey,
      };
    case "wrong_env":
      return {
        title: "The key is of an environment that isn’t served here",
        text: "Use a key of the other environment.",
        compared: [
          fact("The key’s environment", textOf(details.key_environment)),
          fact("Served here", textOf(details.required)),
        ],
        fix: newKey,
      };
    default:
      return null;
  }
}

const labels: Record<string, string> = {
  model: "Asked for",
  tokens: "Input tokens",
  max: "The model takes",
  limit_bytes: "Bytes allowed",
  position: "Wrong at character",
  allowed: "Allowed",
  supported: "Supported",
  current: "The version there was",
};

/** The fields of a body that were wrong, else the plain values that were compared. */
function plainFacts(details: Details): Fact[] {
  if (Array.isArray(details.errors)) {
    return details.errors.slice(0, 20).map((problem: unknown) => {
      const parsed = DetailsSchema.safeParse(problem);
      const { path, message } = parsed.success ? parsed.data : {};
      return fact(String(path ?? "$"), String(message ?? "not valid"));
    });
  }
  return Object.entries(details)
    .filter(([, value]) => typeof value !== "object" || Array.isArray(value))
    .slice(0, 12)
    .map(([name, value]) => fact(labels[name] ?? name.replaceAll("_", " "), textOf(value)));
}

function plainText(markdown: string): string {
  const text = markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("`", "");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function explainOther(failure: FailureName, details: Details): Explanation {
  const note = failureNotes[failure];
  const action = Array.isArray(details.errors) ? "Change what is named below." : note?.action;
  return {
    title: failureDefinition(failure).restMessage,
    text: note ? `${plainText(note.meaning)} ${plainText(action ?? "")}` : "",
    compared: plainFacts(details),
    fix: null,
  };
}

/** What somebody needs to mend what was refused. */
const permissionOf = {
  keys: "keys.manage",
  billing: "billing.manage",
  plan: "plan.change",
} as const satisfies Record<string, PermissionName>;

/** Why a request failed: which check, by which values, and the way out. Null for those that succeeded. */
export function explainRefusal(request: LoggedRequest, role: Role): Refusal | null {
  const { errorCode, outcome, keyId } = request;
  if (!isFailure(errorCode)) return null;
  const parsed = DetailsSchema.safeParse(request.details);
  const details = outcome === "refused" && parsed.success ? parsed.data : {};
  const key = `/keys/${keyId}`;
  const own =
    outcome === "refused"
      ? (explainLimit(errorCode, details, key) ?? explainKey(errorCode, details, key))
      : null;
  const { title, text, compared, fix } = own ?? explainOther(errorCode, details);
  const isKeysPage = fix?.href === key;
  const isOffered = fix && may(role, permissionOf[fix.who]) && !(isKeysPage && !request.key);
  const fixes: Fix[] = [
    ...(isOffered ? [{ label: fix.label, href: fix.href }] : []),
    ...(errorCode === "suspended"
      ? [{ label: "Write to support", href: `mailto:${brand.supportEmail}` }]
      : []),
    { label: "About this error", href: `/docs/errors#${failureDefinition(errorCode).code}` },
  ];
  return {
    title,
    text,
    compared,
    fixes,
    whoCan: fix && !may(role, permissionOf[fix.who]) ? whyNot(permissionOf[fix.who]) : null,
  };
}
