import type { Check } from "./checks.ts";

const OFF = new Set(["ADAPTER_OFF", "ADAPTER_BLOCKED"]);

/** A check, or what was found of one adapter, and whether that is the one to be used. */
export interface Finding extends Check {
  adapter?: string;
  used?: boolean;
}

/** Marks the adapter that the recorder would take: the one that is asked for, else the first that is on. */
export function markUsed(findings: readonly Finding[], asked: string | undefined): Finding[] {
  const names = [...new Set(findings.flatMap(({ adapter }) => adapter ?? []))];
  const byNumber = names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const isOn = (name: string): boolean =>
    !findings.some(({ adapter, code }) => adapter === name && OFF.has(code));
  const used = asked ?? byNumber.find(isOn) ?? byNumber[0];
  const marked = findings.map((finding) =>
    finding.adapter === undefined ? finding : { ...finding, used: finding.adapter === used },
  );
  if (asked === undefined || names.includes(asked) || names.length === 0) return marked;
  const sentence = `there is no adapter ${asked}: plug it in, or name another with --adapter`;
  return [...marked, { code: "ADAPTER_MISSING", level: "fault", sentence }];
}
