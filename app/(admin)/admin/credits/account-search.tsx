import { Button } from "@/components/button";
import { Input } from "@/components/input";

/** A form that works before its page is alive: the address keeps what was looked for. */
export function AccountSearch({ term }: { term: string }) {
  return (
    <search className="max-md:w-full">
      <form action="/admin/credits" className="flex gap-2">
        <Input
          key={term}
          name="account"
          aria-label="Account"
          placeholder="Address, name or id"
          defaultValue={term}
          maxLength={200}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="w-64 max-md:min-w-0 max-md:flex-1"
        />
        <Button type="submit">Find</Button>
      </form>
    </search>
  );
}
