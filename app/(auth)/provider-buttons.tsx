import { ProviderForm } from "@/app/(auth)/provider-form";
import { listProviders } from "@/lib/auth/providers";

/** The ways in by somebody else's account, where the deployment has any. */
export function ProviderButtons({ callbackUrl }: { callbackUrl: string }) {
  const providers = listProviders();
  if (providers.length === 0) return null;
  return (
    <>
      <p className="my-5 flex items-center gap-3 text-xs text-fg-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      <div className="grid gap-2">
        {providers.map(({ id, name }) => (
          <ProviderForm key={id} id={id} name={name} callbackUrl={callbackUrl} />
        ))}
      </div>
    </>
  );
}
