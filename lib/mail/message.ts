import { plainAccent } from "@/lib/accent";
import { brand } from "@/lib/brand";
import { escapeHtml } from "@/lib/escape-html";

/** A mail as it is kept and sent. */
export interface MailMessage {
  /** One line: nothing in it can begin another header. */
  subject: string;
  text: string;
  html: string;
}

/** What a template has to say; none of it is markup. */
export interface MailContent {
  subject: string;
  heading: string;
  paragraphs: readonly string[];
  /** Shown as a small table: a term and its value. */
  facts?: readonly (readonly [string, string])[];
  action: { label: string; url: string };
  /** Why the reader gets this mail. */
  reason: string;
  /** Where the reader can turn such mails off; left out where they always come. */
  choicesUrl?: string;
}

/** Text on one line: a line break in a header would begin another header, one in a fact another fact. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

/** Light colours stand on the elements, because some readers drop the style sheet; dark ones are in it. */
function renderHtml(content: MailContent): string {
  const { light, dark } = brand.accent ?? plainAccent;
  const html = (text: string) => escapeHtml(oneLine(text));
  const cell = "padding:6px 16px 6px 0;vertical-align:top;font-size:14px;line-height:20px";
  const facts = (content.facts ?? []).map(
    ([term, value]) =>
      `<tr><td class="quiet" style="${cell};color:#55555e;white-space:nowrap">${html(term)}</td>` +
      `<td style="${cell};word-break:break-word">${html(value)}</td></tr>`,
  );
  const paragraphs = content.paragraphs.map(
    (text) => `<p style="margin:0 0 16px;font-size:15px;line-height:24px">${html(text)}</p>`,
  );
  const table =
    facts.length > 0
      ? `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px;border-collapse:collapse">${facts.join("")}</table>`
      : "";
  const choices = content.choicesUrl
    ? ` <a class="quiet" href="${escapeHtml(content.choicesUrl)}" style="color:#55555e;text-decoration:underline">Choose your mails or unsubscribe</a>.`
    : "";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${html(content.subject)}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #0b0b0d !important; }
  .card { background: #151518 !important; border-color: #2b2b31 !important; color: #f1f1f3 !important; }
  .quiet { color: #a9a9b3 !important; }
  .button { background: ${dark.accent} !important; color: ${dark.foreground} !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:24px 12px;background:#f6f6f7;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div class="card" style="max-width:568px;margin:0 auto;padding:32px 24px;box-sizing:border-box;background:#ffffff;border:1px solid #e4e4e7;border-radius:10px;color:#18181b">
<p class="quiet" style="margin:0 0 24px;font-size:14px;line-height:20px;font-weight:600;color:#55555e">${html(brand.name)}</p>
<h1 style="margin:0 0 16px;font-size:20px;line-height:28px;font-weight:600;word-break:break-word">${html(content.heading)}</h1>
${paragraphs.join("\n")}
${table}
<p style="margin:0 0 24px"><a class="button" href="${escapeHtml(content.action.url)}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:${light.accent};color:${light.foreground};font-size:14px;line-height:20px;font-weight:600;text-decoration:none">${html(content.action.label)}</a></p>
<p class="quiet" style="margin:0;font-size:13px;line-height:20px;color:#55555e">${html(content.reason)} Questions? Write to ${html(brand.supportEmail)}.${choices}</p>
</div>
</body>
</html>
`;
}

function renderText(content: MailContent): string {
  const facts = (content.facts ?? []).map(([term, value]) => `${oneLine(term)}: ${oneLine(value)}`);
  return `${[
    oneLine(content.heading),
    ...content.paragraphs.map(oneLine),
    ...(facts.length > 0 ? [facts.join("\n")] : []),
    `${oneLine(content.action.label)}:\n${content.action.url}`,
    `-- \n${brand.name}. ${oneLine(content.reason)} Questions? Write to ${brand.supportEmail}.${
      content.choicesUrl ? `\nChoose your mails or unsubscribe: ${content.choicesUrl}` : ""
    }`,
  ].join("\n\n")}\n`;
}

/** A mail of the house's one form, as plain text and as HTML without anything remote. */
export function renderMail(content: MailContent): MailMessage {
  return {
    subject: oneLine(content.subject),
    text: renderText(content),
    html: renderHtml(content),
  };
}
