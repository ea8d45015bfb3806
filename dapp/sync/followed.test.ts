import { expect, test } from "vitest";
import { withoutSource, withSource, withSourceInstead } from "./followed.ts";
import { MAX_SOURCES, sourceId, type Source } from "./source.ts";

const log = (logId: number, name = ""): Source => ({
  ...{ name, rpc: "https://rpc.example", chainId: 1, registry: `0x${"a1".repeat(20)}`, logId },
  ...{ gateways: ["https://a.example"], relayer: "" },
});
const [one, two, three] = [log(1), log(2), log(3)];

test("a log is followed once, whatever it is called and through whom", () => {
  expect(withSource([one], two)).toEqual([one, two]);
  expect(withSource([one], { ...one, name: "Other", rpc: "https://other.example" })).toBe("duplicate");
});

test("no more logs are followed than a list from storage may have", () => {
  const most = Array.from({ length: MAX_SOURCES }, (_, i) => log(i + 1));
  expect(withSource(most, log(99))).toBe("full");
});

test("an edited source keeps its place, and takes no other's log", () => {
  const renamed = log(1, "New");
  expect(withSourceInstead([one, two], sourceId(one), renamed)).toEqual([renamed, two]);
  expect(withSourceInstead([one, two], sourceId(one), three)).toEqual([three, two]);
  expect(withSourceInstead([one, two], sourceId(one), two)).toBe("duplicate");
});

test("one that another tab stopped following meanwhile is followed again", () => {
  expect(withSourceInstead([two], sourceId(one), one)).toEqual([two, one]);
});

test("a log is followed no more", () => {
  expect(withoutSource([one, two], sourceId(one))).toEqual([two]);
  expect(withoutSource([one], sourceId(three))).toEqual([one]);
});
