// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReportRegistry} from "./IReportRegistry.sol";

/// @title Bonds of relayers
/// @notice Makes a relayer pay that signed a receipt for an entry and did not anchor it by the receipt's deadline.
/// @dev A relayer deposits a bond for its log. After a receipt's deadline anyone may demand the proof, with a
/// counter-bond. The demand records the log's head of that moment. Whoever proves that this head holds the entry wins
/// the counter-bond for the relayer: it pays for the gas. When nobody has by the end of the answer period, the relayer
/// loses the penalty: one half goes to the demander, the other is burnt, so that no relayer gains by demanding from
/// itself. Payments are credited and collected. Nobody administers the contract, and its parameters never change.
interface IReportBond {
    /// @notice What a deployment fixes for ever.
    /// @param penalty what an unanswered demand costs the relayer, in wei; at least 2
    /// @param counterBond what a demander stakes, in wei; more than an answer's gas is likely to cost, and not zero
    /// @param longestReceipt how long before its deadline a receipt may be signed, in seconds; clients refuse others
    /// @param demandWindow for how long after its deadline a receipt can be demanded, in seconds
    /// @param answerPeriod for how long a demand can be answered, in seconds
    struct Parameters {
        uint256 penalty;
        uint256 counterBond;
        uint64 longestReceipt;
        uint64 demandWindow;
        uint64 answerPeriod;
    }

    /// @notice A relayer's promise to anchor an entry by a deadline.
    /// @dev The relayer signs it by EIP-712, with the domain (Tocsin, 1, chain id, address of the registry).
    /// @param logId the log that is to hold the entry
    /// @param leaf SHA-256(00 ‖ entry)
    /// @param deadline by when, in Unix seconds
    struct Receipt {
        uint256 logId;
        bytes32 leaf;
        uint64 deadline;
    }

    /// @notice A demand. One that was answered or claimed keeps only the relayer and the time: its demander is zero.
    /// @param relayer whose receipt it is
    /// @param answerBy until when it can be answered, in Unix seconds; zero when there was no such demand
    /// @param demander who gets the counter-bond and half of the penalty when nobody answers
    /// @param logId the log that was to hold the entry
    /// @param leaf SHA-256(00 ‖ entry)
    /// @param head the log's head when the demand was made
    struct Demand {
        address relayer;
        uint64 answerBy;
        address demander;
        uint256 logId;
        bytes32 leaf;
        bytes32 head;
    }

    /// @notice A relayer added to its bond.
    /// @param logId the log that the bond is for
    /// @param relayer whose bond it is
    /// @param amount what was added, in wei
    event Deposited(uint256 indexed logId, address indexed relayer, uint256 amount);

    /// @notice A relayer announced that it will withdraw its bond.
    /// @param logId the log that the bond is for
    /// @param relayer whose bond it is
    /// @param withdrawableAt after when, in Unix seconds
    event WithdrawalRequested(uint256 indexed logId, address indexed relayer, uint64 withdrawableAt);

    /// @notice A relayer took the announcement back.
    /// @param logId the log that the bond is for
    /// @param relayer whose bond it is
    event WithdrawalCancelled(uint256 indexed logId, address indexed relayer);

    /// @notice A relayer's bond, except for what open demands hold, was credited to the relayer.
    /// @param logId the log that the bond was for
    /// @param relayer whose bond it was
    /// @param amount what was credited, in wei
    event Withdrawn(uint256 indexed logId, address indexed relayer, uint256 amount);

    /// @notice The proof that a relayer kept its promise was demanded.
    /// @param demandId the demand
    /// @param logId the log that was to hold the entry
    /// @param relayer whose receipt it is
    /// @param demander who demands
    /// @param leaf SHA-256(00 ‖ entry)
    /// @param deadline by when the entry was to be anchored, in Unix seconds
    /// @param head the log's head, which an answer must prove to hold the entry
    /// @param answerBy until when the demand can be answered, in Unix seconds
    event Demanded(
        bytes32 indexed demandId,
        uint256 indexed logId,
        address indexed relayer,
        address demander,
        bytes32 leaf,
        uint64 deadline,
        bytes32 head,
        uint64 answerBy
    );

    /// @notice A demand was answered; the counter-bond was credited to the relayer.
    /// @param demandId the demand
    event Answered(bytes32 indexed demandId);

    /// @notice A demand was not answered, and the relayer lost the penalty.
    /// @param demandId the demand
    /// @param demander who demanded
    /// @param paid what was credited to the demander, in wei: the counter-bond and half of the penalty
    /// @param burnt the other half, in wei
    event Claimed(bytes32 indexed demandId, address indexed demander, uint256 paid, uint256 burnt);

    /// @notice An account collected what it was credited.
    /// @param account whose credit it was
    /// @param to who got the ether
    /// @param amount how much, in wei
    event Collected(address indexed account, address indexed to, uint256 amount);

    /// @notice The registry is no contract, an amount is too small, or a period is zero or longer than a year.
    error ParametersInvalid();

    /// @notice The relayer has not requested a withdrawal.
    /// @param logId the log
    /// @param relayer the relayer
    error WithdrawalNotRequested(uint256 logId, address relayer);

    /// @notice A withdrawal was requested, but its time has not come.
    /// @param withdrawableAt after when it can be made, in Unix seconds
    error WithdrawalTooEarly(uint64 withdrawableAt);

    /// @notice There is no bond, or open demands hold all of it.
    /// @param logId the log
    /// @param relayer the relayer
    error NothingToWithdraw(uint256 logId, address relayer);

    /// @notice The ether sent along is not the counter-bond.
    /// @param sent what was sent, in wei
    /// @param counterBond what a demand takes, in wei
    error CounterBondWrong(uint256 sent, uint256 counterBond);

    /// @notice The receipt's deadline has not passed.
    /// @param deadline the deadline, in Unix seconds
    error DemandTooEarly(uint64 deadline);

    /// @notice The receipt's deadline has passed too long ago.
    /// @param lastTime until when it could be demanded, in Unix seconds
    error DemandTooLate(uint256 lastTime);

    /// @notice The relayer has not signed this receipt for this registry on this chain.
    /// @param relayer who should have signed
    error ReceiptSignatureInvalid(address relayer);

    /// @notice This receipt was demanded before.
    /// @param demandId the demand
    error DemandRepeated(bytes32 demandId);

    /// @notice The relayer's bond is smaller than the penalty.
    /// @param amount the bond, in wei
    /// @param penalty the penalty, in wei
    error BondTooSmall(uint256 amount, uint256 penalty);

    /// @notice There is no such demand.
    /// @param demandId what was taken for a demand
    error DemandUnknown(bytes32 demandId);

    /// @notice The demand was answered or claimed before.
    /// @param demandId the demand
    error DemandSettled(bytes32 demandId);

    /// @notice The answer period is over.
    /// @param answerBy when it ended, in Unix seconds
    error AnswerTooLate(uint64 answerBy);

    /// @notice The state shown is not the one behind the head that the demand recorded.
    /// @param head that head
    error AnswerHeadWrong(bytes32 head);

    /// @notice The proof does not lead from the entry to the head that the demand recorded.
    /// @param demandId the demand
    error AnswerNotIncluded(bytes32 demandId);

    /// @notice The demand can still be answered.
    /// @param answerBy until when, in Unix seconds
    error ClaimTooEarly(uint64 answerBy);

    /// @notice The account has no credit.
    /// @param account the account
    error NothingToCollect(address account);

    /// @notice Adds the ether sent along to the caller's bond for a log. A withdrawal that runs goes on.
    /// @dev Emits {Deposited}.
    /// @param logId the log
    function deposit(uint256 logId) external payable;

    /// @notice Announces that the caller will withdraw its bond for a log, or begins the delay anew.
    /// @dev The delay lasts until no receipt signed before can be demanded any more. Emits {WithdrawalRequested}.
    /// @param logId the log
    function requestWithdrawal(uint256 logId) external;

    /// @notice Takes the announcement back.
    /// @dev Emits {WithdrawalCancelled}. Reverts with {WithdrawalNotRequested}.
    /// @param logId the log
    function cancelWithdrawal(uint256 logId) external;

    /// @notice Credits the caller's bond for a log to the caller, except for what open demands hold.
    /// @dev The request remains while demands are open, so that the rest can follow when they are settled.
    /// Emits {Withdrawn}. Reverts with {WithdrawalNotRequested}, {WithdrawalTooEarly} or {NothingToWithdraw}.
    /// @param logId the log
    function withdraw(uint256 logId) external;

    /// @notice Demands the proof that a relayer anchored an entry. Anyone who holds the receipt may, once a receipt,
    /// with the counter-bond.
    /// @dev Whatever the log's operator appends from now on is no answer. Other open demands do not stand in the way,
    /// even when they hold more than the bond: a relayer that demands from itself cannot keep others from demanding.
    /// Emits {Demanded}. Reverts with {CounterBondWrong}, {DemandTooEarly}, {DemandTooLate},
    /// {ReceiptSignatureInvalid}, {DemandRepeated} or {BondTooSmall}.
    /// @param relayer who signed the receipt; an account, or a contract that answers by ERC-1271
    /// @param receipt the receipt
    /// @param signature the relayer's signature
    /// @return demandId the demand
    function demand(
        address relayer,
        Receipt calldata receipt,
        bytes calldata signature
    ) external payable returns (bytes32 demandId);

    /// @notice Answers a demand. Anyone may; the counter-bond is credited to the relayer.
    /// @dev Emits {Answered}. Reverts with {DemandUnknown}, {DemandSettled}, {AnswerTooLate}, {AnswerHeadWrong} or
    /// {AnswerNotIncluded}.
    /// @param demandId the demand
    /// @param state the log's state when the demand was made
    /// @param batch the batch that holds the entry
    /// @param seq the batch's place in the log, counted from 0
    /// @param path the siblings from the batch's leaf up to the peak of its mountain
    /// @param index the entry's place in the batch, counted from 0
    /// @param entryPath the entry's inclusion path (RFC 9162 section 2.1.3)
    function answer(
        bytes32 demandId,
        IReportRegistry.LogState calldata state,
        IReportRegistry.Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path,
        uint64 index,
        bytes32[] calldata entryPath
    ) external;

    /// @notice Ends a demand that nobody answered. Anyone may. The relayer's bond loses the penalty, or what is left
    /// of it when that is less: half is credited to the demander, with the counter-bond, and the rest is burnt.
    /// @dev An odd wei is burnt. Emits {Claimed}. Reverts with {DemandUnknown}, {DemandSettled} or {ClaimTooEarly}.
    /// @param demandId the demand
    function claim(bytes32 demandId) external;

    /// @notice Pays all that the caller was credited.
    /// @dev Emits {Collected}. Reverts with {NothingToCollect}, or as `to` does when it does not take the ether.
    /// @param to who gets the ether
    function collect(address payable to) external;

    /// @notice A relayer's bond for a log.
    /// @param logId the log
    /// @param relayer the relayer
    /// @return amount the bond, in wei
    /// @return reserved how much of it open demands keep from being withdrawn, in wei
    /// @return withdrawableAt after when it can be withdrawn, in Unix seconds; zero when that was not requested
    function bondOf(
        uint256 logId,
        address relayer
    ) external view returns (uint256 amount, uint256 reserved, uint64 withdrawableAt);

    /// @notice What is known about a demand.
    /// @param demandId the demand
    /// @return found the demand; all zero when there was none
    function demandOf(bytes32 demandId) external view returns (Demand memory found);

    /// @notice The id that a demand for a receipt has or would have.
    /// @param relayer who signed the receipt
    /// @param receipt the receipt
    /// @return demandId the id
    function demandIdOf(address relayer, Receipt calldata receipt) external view returns (bytes32 demandId);

    /// @notice What an account can collect.
    /// @param account the account
    /// @return amount in wei
    function creditOf(address account) external view returns (uint256 amount);

    /// @notice The registry whose logs the bonds are for.
    /// @return registry its address
    function registry() external view returns (IReportRegistry registry);

    /// @notice What an unanswered demand costs the relayer.
    /// @return amount in wei
    function penalty() external view returns (uint256 amount);

    /// @notice What a demander stakes.
    /// @return amount in wei
    function counterBond() external view returns (uint256 amount);

    /// @notice How long before its deadline a receipt may be signed.
    /// @return period in seconds
    function longestReceipt() external view returns (uint64 period);

    /// @notice For how long after its deadline a receipt can be demanded.
    /// @return period in seconds
    function demandWindow() external view returns (uint64 period);

    /// @notice For how long a demand can be answered.
    /// @return period in seconds
    function answerPeriod() external view returns (uint64 period);

    /// @notice How long a withdrawal takes: the longest receipt and the demand window.
    /// @return period in seconds
    function withdrawalDelay() external view returns (uint64 period);
}
