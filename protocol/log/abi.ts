/** The part of ReportRegistry's ABI that relayer and dapp use, in human-readable form. A test compares it with the contract. */
export const registryAbi = [
  "function openLog(address operator, string uri) returns (uint256 logId)",
  "function append(uint256 logId, uint64 size, uint64 total, bytes32[] peaks, bytes32 root, bytes32 cidDigest, uint64 count)",
  "function submitDirect(uint256 logId, bytes entry)",
  "function headOf(uint256 logId) view returns (bytes32)",
  "function directHeadOf(uint256 logId) view returns (bytes32)",
  "event LogOpened(uint256 indexed logId, address indexed operator, string uri)",
  "event LogAccepted(uint256 indexed logId, address indexed from, address indexed to)",
  "event BatchAppended(uint256 indexed logId, bytes32 root, bytes32 cidDigest, uint256 position)",
  "event EntrySubmitted(uint256 indexed logId, bytes entry)",
] as const;
