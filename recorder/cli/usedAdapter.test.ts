import { expect, it } from "vitest";
import { markUsed, type Finding } from "./usedAdapter.ts";

const finding = (code: string, adapter?: string): Finding => ({
  code,
  level: "ok",
  sentence: "it is so",
  ...(adapter === undefined ? {} : { adapter }),
});
const used = (findings: Finding[]): unknown[] =>
  findings.filter((one) => one.used).map(({ adapter }) => adapter);

it("the adapter that is asked for is used, else the first that is on, else the first", () => {
  const [off, on, last] = [
    finding("ADAPTER_OFF", "hci2"),
    finding("ADAPTER_ON", "hci10"),
    finding("ADAPTER_ON", "hci11"),
  ];
  expect(used(markUsed([last, on, off], undefined))).toEqual(["hci10"]);
  expect(used(markUsed([last, on, off], "hci2"))).toEqual(["hci2"]);
  expect(used(markUsed([finding("ADAPTER_BLOCKED", "hci3"), off], undefined))).toEqual(["hci2"]);
});

it("what is about no adapter stays as it is", () => {
  expect(markUsed([finding("BLUETOOTH_READY")], undefined)).toEqual([finding("BLUETOOTH_READY")]);
  expect(markUsed([finding("BLUETOOTH_UNAVAILABLE")], "hci0")).toEqual([finding("BLUETOOTH_UNAVAILABLE")]);
});

it("an adapter that is asked for and not there is a fault", () => {
  const findings = markUsed([finding("ADAPTER_ON", "hci0")], "hci1");
  expect(used(findings)).toEqual([]);
  expect(findings.at(-1)).toMatchObject({ code: "ADAPTER_MISSING", level: "fault" });
});
