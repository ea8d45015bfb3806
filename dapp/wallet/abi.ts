import { bondAbi as abi } from "@tocsin/protocol/bond/abi.ts";
import { parseAbi } from "viem";

/** The part of ReportRegistry's ABI that an operator's screens use. A test compares it with the contract. */
export const registryAbi = parseAbi([
  "function openLog(address operator, string uri) returns (uint256 logId)",
  "function setUri(uint256 logId, uint64 size, uint64 total, bytes32[] peaks, string uri)",
  "function offerLog(uint256 logId, uint64 size, uint64 total, bytes32[] peaks, address to)",
  "function acceptLog(uint256 logId, address operator, uint64 size, uint64 total, bytes32[] peaks)",
  "function submitDirect(uint256 logId, bytes entry)",
  "event LogOpened(uint256 indexed logId, address indexed operator, string uri)",
  "event LogOffered(uint256 indexed logId, address indexed operator, address indexed to)",
  "event LogAccepted(uint256 indexed logId, address indexed from, address indexed to)",
  "event UriSet(uint256 indexed logId, string uri)",
  "error StaleHead(uint256 logId)",
  "error OperatorZero()",
  "error BatchEmpty(uint256 logId)",
  "error LogNotOffered(uint256 logId, address caller)",
  "error LogUnknown(uint256 logId)",
  "error EntrySizeInvalid(uint256 length)",
]);

/** ReportBond's ABI as relayer and command line use it. */
export const bondAbi = parseAbi(abi);
