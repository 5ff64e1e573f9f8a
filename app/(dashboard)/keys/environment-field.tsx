import type { KeyFormOptions } from "@/app/(dashboard)/keys/create-form";
import { RadioGroup } from "@/components/radio-group";
import type { KeyEnvironment } from "@/lib/keys/secret";

const refused = "Refused by the API here.";

export interface EnvironmentFieldProps extends Pick<KeyFormOptions, "testKeys"> {
  value: KeyEnvironment;
  error: string | undefined;
  onValueChange: (value: KeyEnvironment) => void;
}

/** Whether the key costs money. It says what the API here would do with each. */
export function EnvironmentField(props: EnvironmentFieldProps) {
  const { value, testKeys, error, onValueChange } = props;
  return (
    <RadioGroup
      legend="Environment"
      layout="cards"
      className="sm:grid-cols-2"
      error={error}
      value={value}
      onValueChange={onValueChange}
      options={[
        {
          value: "live",
          label: "Live",
          description: testKeys === "only" ? refused : "Real models, charged to your balance.",
        },
        {
          value: "test",
          label: "Test",
          description: testKeys === "reject" ? refused : "Simulated models, nothing charged.",
        },
      ]}
    />
  );
}
