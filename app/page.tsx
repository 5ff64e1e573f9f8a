import type { Route } from "next";
import { ThemeButton } from "@/app/docs/theme-button";
import { Islands } from "@/app/islands/islands";
import { originScript } from "@/app/islands/origin";
import { LandingRequest } from "@/app/landing-request";
import { SiteFooter } from "@/app/site-footer";
import { ButtonLink } from "@/components/button-link";
import { Logo } from "@/components/logo";
import { brand } from "@/lib/brand";
import { configuredOrigin } from "@/lib/docs/values";

const points = [
  {
    title: "Keys you can take back",
    text: "One key per application, with its own scopes and expiry. It is shown once, stored as a hash, and dead on the next request after you revoke it.",
  },
  {
    title: "Limits that hold",
    text: "Rate and balance are checked before a request leaves for the model. A thousand in parallel can’t spend what isn’t there.",
  },
  {
    title: "Figures that agree",
    text: "Each request is priced to the nano-dollar and written to one journal, so usage, balance and receipts are the same number.",
  },
];

const models = ["deepseek-chat", "glm-4.7", "gpt-4", "claude-haiku-4-5-20251001"];

const answerHeaders = ["x-request-cost", "x-balance-remaining", "x-request-id"];

export default function LandingPage() {
  return (
    <div className="mx-auto flex min-h-dvh max-w-290 flex-col border-line xl:border-x">
      <Header />
      <main className="flex-1">
        <Hero />
        <Points />
        <Models />
      </main>
      <SiteFooter />
      {configuredOrigin() ? null : (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours.
        <script dangerouslySetInnerHTML={{ __html: originScript }} />
      )}
      <Islands />
    </div>
  );
}

function Header() {
  return (
    <header className="flex h-14 items-center justify-between gap-4 border-b border-line px-5 md:px-10">
      <Logo brandName={brand.name} />
      <div className="flex shrink-0 items-center gap-2">
        <ThemeButton />
        <ButtonLink href={"/docs" as Route} variant="ghost">
          Docs
        </ButtonLink>
        <ButtonLink href="/sign-in">Sign in</ButtonLink>
      </div>
    </header>
  );
}

function Hero() {
  return (
    <section className="grid border-b border-line lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
      <div className="flex flex-col justify-center px-5 pt-14 pb-10 md:px-10 md:pt-20 lg:py-24">
        <h1 className="text-display font-semibold wrap-anywhere">{brand.tagline}</h1>
        <p className="mt-5 max-w-md text-md text-fg-2">
          Keep the OpenAI or Anthropic SDK you already use. Change its address and its key, and
          every request is checked, metered and priced.
        </p>
        <div className="mt-8 flex flex-wrap gap-2.5">
          <ButtonLink href="/sign-up" variant="primary" size="lg">
            Create account
          </ButtonLink>
          <ButtonLink href={"/docs/quickstart" as Route} size="lg">
            Read the docs
          </ButtonLink>
        </div>
      </div>
      <div className="flex min-w-0 flex-col justify-center border-line px-5 pb-12 md:px-10 lg:border-l lg:py-16">
        <LandingRequest keyVariable={brand.keyVariable} />
        <p className="mt-3 text-sm text-fg-3">
          What a request cost, and what is left, is in the answer’s headers:{" "}
          {answerHeaders.map((name, index) => (
            <span key={name}>
              {index === 0 ? "" : index === answerHeaders.length - 1 ? " and " : ", "}
              <code className="font-mono text-xs whitespace-nowrap text-fg-2">{name}</code>
            </span>
          ))}
          .
        </p>
      </div>
    </section>
  );
}

function Points() {
  return (
    <section
      aria-label="What it does"
      className="grid divide-y divide-line border-b border-line md:grid-cols-3 md:divide-x md:divide-y-0"
    >
      {points.map((point) => (
        <div key={point.title} className="px-5 py-7 md:px-10 md:py-10">
          <h2 className="text-md font-medium">{point.title}</h2>
          <p className="mt-1.5 text-fg-2">{point.text}</p>
        </div>
      ))}
    </section>
  );
}

function Models() {
  return (
    <section
      aria-labelledby="models"
      className="flex flex-wrap items-baseline gap-x-8 gap-y-2 px-5 py-7 md:px-10"
    >
      <h2 id="models" className="text-sm text-fg-3">
        Models
      </h2>
      <ul className="flex flex-wrap gap-x-8 gap-y-1.5">
        {models.map((model) => (
          <li key={model} className="font-mono text-sm tracking-[-0.01em] text-fg-2">
            {model}
          </li>
        ))}
      </ul>
    </section>
  );
}
