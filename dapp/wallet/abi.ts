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

/** The part of ReportBond's ABI that the screens use. A test compares it with the contract. */
export const bondAbi = parseAbi([
  "struct Receipt { uint256 logId; bytes32 leaf; uint64 deadline; }",
  "function deposit(uint256 logId) payable",
  "function requestWithdrawal(uint256 logId)",
  "function cancelWithdrawal(uint256 logId)",
  "function withdraw(uint256 logId)",
  "function demand(address relayer, Receipt receipt, bytes signature) payable returns (bytes32 demandId)",
  "function claim(bytes32 demandId)",
  "function collect(address to)",
  "event Demanded(bytes32 indexed demandId, uint256 indexed logId, address indexed relayer, address demander, bytes32 leaf, uint64 deadline, bytes32 head, uint64 answerBy)",
  "error WithdrawalNotRequested(uint256 logId, address relayer)",
  "error WithdrawalTooEarly(uint64 withdrawableAt)",
  "error NothingToWithdraw(uint256 logId, address relayer)",
  "error CounterBondWrong(uint256 sent, uint256 counterBond)",
  "error DemandTooEarly(uint64 deadline)",
  "error DemandTooLate(uint256 lastTime)",
  "error ReceiptSignatureInvalid(address relayer)",
  "error DemandRepeated(bytes32 demandId)",
  "error BondTooSmall(uint256 amount, uint256 penalty)",
  "error DemandUnknown(bytes32 demandId)",
  "error DemandSettled(bytes32 demandId)",
  "error AnswerTooLate(uint64 answerBy)",
  "error AnswerHeadWrong(bytes32 head)",
  "error AnswerNotIncluded(bytes32 demandId)",
  "error ClaimTooEarly(uint64 answerBy)",
  "error NothingToCollect(address account)",
]);
