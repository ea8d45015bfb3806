import { explainFailure, type Failure } from "../verify/explainError.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { Fact, Facts, Panel } from "../ui/panel.tsx";

/** What failed, what it means and what to do. */
export function FailureView({ title, failure }: { title: string; failure: Failure }) {
  const { step, meaning, action } = explainFailure(failure);
  return (
    <Panel tone="caution" role="alert">
      <h2 className="text-xl font-semibold">{title}</h2>
      <Facts>
        <Fact name="What failed">{step}</Fact>
        <Fact name="What it means">{meaning}</Fact>
        <Fact name="What to do">{action}</Fact>
      </Facts>
      <Disclosure summary="Technical details">
        <Facts>
          <Fact name="Code" code>
            {failure.code}
          </Fact>
          <Fact name="Message" code>
            {failure.message}
          </Fact>
        </Facts>
      </Disclosure>
    </Panel>
  );
}
