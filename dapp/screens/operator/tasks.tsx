import { useId, useState } from "react";
import { msg, t } from "../../i18n/i18n.ts";
import { Choice, Choices } from "../../ui/choice.tsx";
import { Panel } from "../../ui/panel.tsx";
import { isInRegistry, type Target } from "../../wallet/target.ts";
import { usePage } from "../context.ts";
import { BondPanel } from "./bondPanel.tsx";
import { DemandPanel } from "./demandPanel.tsx";
import { DirectPanel } from "./directPanel.tsx";
import { LogChooser } from "./logChooser.tsx";
import { LogPanel } from "./logPanel.tsx";
import { OpenLogPanel } from "./openLogPanel.tsx";

const TASKS = {
  log: [msg("Look after a log"), msg("Its state and last appends; change its address; hand it over")],
  open: [msg("Open a log"), msg("A new log, for you or for somebody else")],
  bond: [msg("Bond"), msg("What a relayer pays if it breaks a promise; what was demanded of it")],
  demand: [msg("Hold a relayer to its receipt"), msg("Demand the proof that your report was anchored")],
  direct: [
    msg("Send a report around the relayer"),
    msg("To the contract itself; this ties the report to your account"),
  ],
} as const;
type Task = keyof typeof TASKS;

/** What there is to do with a registry, one thing at a time. */
export function Tasks({ target }: { target: Target }) {
  const { sources } = usePage();
  const followed = sources.filter((source) => isInRegistry(source, target));
  const [task, setTask] = useState<Task>(followed.length > 0 ? "log" : "open");
  const [logId, setLogId] = useState(followed[0]?.logId);
  const [bond, setBond] = useState("");
  const group = useId();
  const of = { target, logId, source: followed.find((source) => source.logId === logId) };
  return (
    <>
      <Panel>
        <h2 className="text-xl font-semibold">{t("Task")}</h2>
        <Choices legend={t("What do you want to do?")}>
          {(Object.keys(TASKS) as Task[]).map((one) => (
            <Choice
              key={one}
              type="radio"
              name={group}
              label={t(TASKS[one][0])}
              note={t(TASKS[one][1])}
              checked={task === one}
              onChange={() => setTask(one)}
            />
          ))}
        </Choices>
        {task !== "open" && task !== "demand" && (
          <LogChooser followed={followed} logId={logId} onChoose={setLogId} />
        )}
      </Panel>
      {task === "open" && <OpenLogPanel target={target} />}
      {task === "log" && <LogPanel {...of} />}
      {task === "bond" && <BondPanel {...of} address={bond} onAddress={setBond} />}
      {task === "demand" && (
        <DemandPanel target={target} followed={followed} address={bond} onAddress={setBond} />
      )}
      {task === "direct" && <DirectPanel {...of} />}
    </>
  );
}
