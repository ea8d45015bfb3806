import { useRef, useState, type SubmitEvent } from "react";
import { readSettings, type SettingsErrors } from "../sync/settings.ts";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { Field } from "../ui/field.tsx";
import { ScreenHeading } from "../ui/heading.tsx";
import { Panel } from "../ui/panel.tsx";
import { usePage } from "./context.ts";
import { RiskForm } from "./riskForm.tsx";

export default function SettingsScreen() {
  const { store, settings, site } = usePage();
  const [errors, setErrors] = useState<SettingsErrors>({});
  const [status, setStatus] = useState("");
  const form = useRef<HTMLFormElement>(null);

  const save = async (event: SubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const data = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const read = readSettings({ ...data, gateways: data.gateways?.split(/\s+/) });
    if ("settings" in read) {
      await store.saveSettings(read.settings);
      setErrors({});
      setStatus("Settings saved.");
      return;
    }
    setErrors(read.errors);
    setStatus("");
    const [first] = Object.keys(read.errors);
    form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };

  return (
    <>
      <ScreenHeading>Settings</ScreenHeading>
      <p>
        Which log this page follows, and whom it asks. None of them is trusted: everything they answer is
        verified on this device. They do see your network address.
      </p>
      {site.problem && (
        <Panel tone="caution">
          <p>This site’s tocsin.json cannot be used: {site.problem}</p>
        </Panel>
      )}
      <form ref={form} noValidate onSubmit={(event) => void save(event)} className="flex flex-col gap-5">
        <Field
          label="Name"
          name="name"
          hint="What your community calls itself. May be empty."
          defaultValue={settings?.name}
          error={errors.name}
        />
        <Field
          label="RPC"
          name="rpc"
          type="url"
          hint="An Ethereum JSON-RPC: https://…"
          defaultValue={settings?.rpc}
          error={errors.rpc}
        />
        <Field
          label="Chain id"
          name="chainId"
          inputMode="numeric"
          defaultValue={settings?.chainId}
          error={errors.chainId}
        />
        <Field
          label="Registry"
          name="registry"
          hint="The contract’s address: 0x…"
          spellCheck={false}
          defaultValue={settings?.registry}
          error={errors.registry}
        />
        <Field
          label="Log"
          name="logId"
          inputMode="numeric"
          hint="The log’s number in the registry."
          defaultValue={settings?.logId}
          error={errors.logId}
        />
        <Field
          label="Gateways"
          name="gateways"
          lines={3}
          hint="Trustless IPFS gateways, one a line, asked in this order."
          spellCheck={false}
          defaultValue={settings?.gateways.join("\n")}
          error={errors.gateways}
        />
        <Field
          label="Relayer"
          name="relayer"
          type="url"
          hint="Takes your reports. May be empty if you only check."
          defaultValue={settings?.relayer}
          error={errors.relayer}
        />
        <Choice
          type="checkbox"
          name="slowLink"
          defaultChecked={settings?.slowLink}
          label="Slow connection"
          note={
            "Read a short filter of each batch first, and whole batches only where it finds one of your contacts, with " +
            "some others that hide which. It takes the relayer’s word that its filters are complete; full checks by " +
            "others would show a lie."
          }
        />
        <div className="flex flex-wrap gap-3">
          <Button type="submit" look="main">
            Save settings
          </Button>
          {site.settings && (
            <Button
              onClick={() => {
                setErrors({});
                // Fields that were typed in take up the new default values only after a reset.
                form.current?.reset();
                void store.eraseSettings().then(() => setStatus("This site’s settings are in use."));
              }}
            >
              Use this site’s settings
            </Button>
          )}
        </div>
      </form>
      <p role="status">{status}</p>
      <RiskForm />
    </>
  );
}
