import { useId, useState, type SubmitEvent } from "react";
import { t } from "../../i18n/i18n.ts";
import { sourceName, type SourceErrors } from "../../sync/source.ts";
import { Button } from "../../ui/button.tsx";
import { Choice, Choices } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { toFailure, type Failure } from "../../verify/explainError.ts";
import { chainName } from "../../wallet/chainName.ts";
import { isInRegistry, readTarget, targetsOf, type Target } from "../../wallet/target.ts";
import { usePage } from "../context.ts";
import { FailureView } from "../failureView.tsx";

/** Which registry is worked with: that of a followed log, or another by its address. */
export function TargetPanel({
  target,
  onChoose,
}: {
  target: Target | undefined;
  onChoose: (target: Target) => void;
}) {
  const { sources } = usePage();
  const group = useId();
  const followed = targetsOf(sources);
  const [isOther, setOther] = useState(followed.length === 0);
  const namesIn = (one: Target): string =>
    sources
      .filter((source) => isInRegistry(source, one))
      .map(sourceName)
      .join(" · ");
  return (
    <Panel>
      <h2 className="text-xl font-semibold">{t("Registry")}</h2>
      {followed.length > 0 && (
        <Choices legend={t("Which registry?")}>
          {followed.map((one) => (
            <Choice
              key={`${one.chainId} ${one.registry}`}
              type="radio"
              name={group}
              label={t("{registry} on {chain}", {
                registry: `${one.registry.slice(0, 10)}…`,
                chain: chainName(one.chainId),
              })}
              note={t("You follow: {names}", { names: namesIn(one) })}
              checked={!isOther && target !== undefined && isInRegistry(one, target)}
              onChange={() => {
                setOther(false);
                onChoose(one);
              }}
            />
          ))}
          <Choice
            type="radio"
            name={group}
            label={t("Another registry")}
            checked={isOther}
            onChange={() => setOther(true)}
          />
        </Choices>
      )}
      {isOther && <EnterTarget target={target} onChoose={onChoose} />}
    </Panel>
  );
}

function EnterTarget({
  target,
  onChoose,
}: {
  target: Target | undefined;
  onChoose: (target: Target) => void;
}) {
  const [errors, setErrors] = useState<Pick<SourceErrors, "rpc" | "registry">>({});
  const [failure, setFailure] = useState<Failure>();
  const [status, setStatus] = useState("");

  const submit = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const { rpc = "", registry = "" } = Object.fromEntries(new FormData(form)) as Record<string, string>;
    setErrors({});
    setFailure(undefined);
    setStatus(t("Asking the RPC which chain it serves…"));
    try {
      const read = await readTarget({ rpc, registry });
      if ("target" in read) {
        onChoose(read.target);
        setStatus(t("In use: this registry on {chain}.", { chain: chainName(read.target.chainId) }));
        return;
      }
      setErrors(read.errors);
      form.querySelector<HTMLElement>(`[name="${read.errors.rpc ? "rpc" : "registry"}"]`)?.focus();
    } catch (error) {
      setFailure(toFailure(error));
    }
    setStatus("");
  };

  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <Field
        label={t("RPC")}
        name="rpc"
        type="url"
        hint={t("An Ethereum JSON-RPC: https://…")}
        defaultValue={target?.rpc}
        error={errors.rpc}
      />
      <Field
        label={t("Registry’s address")}
        name="registry"
        spellCheck={false}
        autoComplete="off"
        hint={t("The contract’s address: 0x and 40 digits")}
        error={errors.registry}
      />
      <div>
        <Button type="submit">{t("Use this registry")}</Button>
      </div>
      <p role="status">{status}</p>
      {failure && <FailureView title={t("The RPC cannot be used")} failure={failure} />}
    </form>
  );
}
