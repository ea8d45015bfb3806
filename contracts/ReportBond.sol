// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IReportBond} from "./interfaces/IReportBond.sol";
import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {InclusionProof} from "./libraries/InclusionProof.sol";
import {MountainRange} from "./libraries/MountainRange.sol";

/// @title Bonds of relayers
/// @notice See {IReportBond}. Nobody can change, pause or replace the contract, or keep others from their ether.
/// @dev Storage layout:
///   slot 0  mapping(uint256 logId => mapping(address relayer => Bond))  bonds, a word each
///   slot 1  mapping(bytes32 demandId => Demand)                         demands, five words while open, then one
///   slot 2  mapping(address => uint256)                                 credits, in wei
/// The balance is never less than the sum of the bonds, of the credits and of a counter-bond for each open demand.
contract ReportBond is IReportBond, ReentrancyGuardTransient {
    /// @dev `openDemands * penalty` never overflows: while a demand is open, some bond was once no less than the penalty.
    struct Bond {
        uint128 amount;
        uint64 openDemands;
        uint64 withdrawableAt;
    }

    uint64 private constant _LONGEST_PERIOD = 365 days;

    bytes32 private constant _DOMAIN_TYPE = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant _NAME = keccak256("Tocsin");
    bytes32 private constant _VERSION = keccak256("1");
    bytes32 private constant _RECEIPT_TYPE = keccak256("Receipt(uint256 logId,bytes32 leaf,uint64 deadline)");

    /// @dev Nobody has a key of this address, and ether sent there is gone.
    address payable private constant _BURN = payable(0x000000000000000000000000000000000000dEaD);

    /// @inheritdoc IReportBond
    IReportRegistry public immutable registry;
    /// @inheritdoc IReportBond
    uint256 public immutable penalty;
    /// @inheritdoc IReportBond
    uint256 public immutable counterBond;
    /// @inheritdoc IReportBond
    uint64 public immutable longestReceipt;
    /// @inheritdoc IReportBond
    uint64 public immutable demandWindow;
    /// @inheritdoc IReportBond
    uint64 public immutable answerPeriod;
    /// @inheritdoc IReportBond
    uint64 public immutable withdrawalDelay;

    mapping(uint256 logId => mapping(address relayer => Bond bond)) private _bonds;

    /// @dev An id is taken once and for all: a settled demand keeps its first word.
    mapping(bytes32 demandId => Demand demand) private _demands;

    mapping(address account => uint256 amount) private _credits;

    /// @notice Fixes the registry and the parameters for ever. Reverts with {ParametersInvalid}.
    /// @param registry_ the registry whose logs the bonds are for
    /// @param parameters amounts and periods
    constructor(IReportRegistry registry_, Parameters memory parameters) {
        bool valid =
            address(registry_).code.length > 0 &&
                parameters.penalty >= 2 &&
                parameters.counterBond > 0 &&
                _isPeriod(parameters.longestReceipt) &&
                _isPeriod(parameters.demandWindow) &&
                _isPeriod(parameters.answerPeriod);
        if (!valid) revert ParametersInvalid();

        registry = registry_;
        penalty = parameters.penalty;
        counterBond = parameters.counterBond;
        longestReceipt = parameters.longestReceipt;
        demandWindow = parameters.demandWindow;
        answerPeriod = parameters.answerPeriod;
        withdrawalDelay = parameters.longestReceipt + parameters.demandWindow;
    }

    /// @inheritdoc IReportBond
    function deposit(uint256 logId) external payable {
        // There is less ether than 2^128 wei.
        _bonds[logId][msg.sender].amount += uint128(msg.value);
        emit Deposited(logId, msg.sender, msg.value);
    }

    /// @inheritdoc IReportBond
    function requestWithdrawal(uint256 logId) external {
        uint64 withdrawableAt = uint64(block.timestamp) + withdrawalDelay;
        _bonds[logId][msg.sender].withdrawableAt = withdrawableAt;
        emit WithdrawalRequested(logId, msg.sender, withdrawableAt);
    }

    /// @inheritdoc IReportBond
    function cancelWithdrawal(uint256 logId) external {
        Bond storage bond = _bonds[logId][msg.sender];
        if (bond.withdrawableAt == 0) revert WithdrawalNotRequested(logId, msg.sender);
        bond.withdrawableAt = 0;
        emit WithdrawalCancelled(logId, msg.sender);
    }

    /// @inheritdoc IReportBond
    function withdraw(uint256 logId) external {
        Bond storage bond = _bonds[logId][msg.sender];
        uint64 withdrawableAt = bond.withdrawableAt;
        if (withdrawableAt == 0) revert WithdrawalNotRequested(logId, msg.sender);
        if (block.timestamp <= withdrawableAt) revert WithdrawalTooEarly(withdrawableAt);

        uint256 kept = _reserved(bond);
        uint256 amount = bond.amount - kept;
        if (amount == 0) revert NothingToWithdraw(logId, msg.sender);

        bond.amount = uint128(kept);
        if (kept == 0) bond.withdrawableAt = 0;
        _credits[msg.sender] += amount;
        emit Withdrawn(logId, msg.sender, amount);
    }

    /// @inheritdoc IReportBond
    function demand(
        address relayer,
        Receipt calldata receipt,
        bytes calldata signature
    ) external payable returns (bytes32 demandId) {
        if (msg.value != counterBond) revert CounterBondWrong(msg.value, counterBond);
        if (block.timestamp <= receipt.deadline) revert DemandTooEarly(receipt.deadline);
        uint256 lastTime = uint256(receipt.deadline) + demandWindow;
        if (block.timestamp > lastTime) revert DemandTooLate(lastTime);

        bytes32 digest = _digestOf(receipt);
        if (!_hasSigned(relayer, digest, signature)) revert ReceiptSignatureInvalid(relayer);
        demandId = _demandId(relayer, digest);
        if (_demands[demandId].answerBy != 0) revert DemandRepeated(demandId);

        Bond storage bond = _bonds[receipt.logId][relayer];
        if (bond.amount < penalty) revert BondTooSmall(bond.amount, penalty);

        ++bond.openDemands;
        uint64 answerBy = uint64(block.timestamp) + answerPeriod;
        bytes32 head = registry.headOf(receipt.logId);
        _demands[demandId] = Demand(relayer, answerBy, msg.sender, receipt.logId, receipt.leaf, head);
        emit Demanded(
            demandId,
            receipt.logId,
            relayer,
            msg.sender,
            receipt.leaf,
            receipt.deadline,
            head,
            answerBy
        );
    }

    /// @inheritdoc IReportBond
    function answer(
        bytes32 demandId,
        IReportRegistry.LogState calldata state,
        IReportRegistry.Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path,
        uint64 index,
        bytes32[] calldata entryPath
    ) external {
        Demand memory open = _requireOpen(demandId);
        if (block.timestamp > open.answerBy) revert AnswerTooLate(open.answerBy);
        bytes32 head = MountainRange.head(state.operator, state.size, state.total, state.peaks);
        if (head != open.head) revert AnswerHeadWrong(open.head);

        bytes32 leaf = MountainRange.leafOf(batch.firstIndex, batch.count, batch.root, batch.cidDigest);
        bool included =
            MountainRange.verify(state.size, state.peaks, leaf, seq, path) &&
                InclusionProof.verify(batch.root, batch.count, open.leaf, index, entryPath);
        if (!included) revert AnswerNotIncluded(demandId);

        _settle(demandId, open);
        _credits[open.relayer] += counterBond;
        emit Answered(demandId);
    }

    /// @inheritdoc IReportBond
    function claim(bytes32 demandId) external nonReentrant {
        Demand memory open = _requireOpen(demandId);
        if (block.timestamp <= open.answerBy) revert ClaimTooEarly(open.answerBy);

        Bond storage bond = _settle(demandId, open);
        uint256 loss = _min(bond.amount, penalty);
        bond.amount -= uint128(loss);
        uint256 paid = counterBond + loss / 2;
        uint256 burnt = loss - loss / 2;
        _credits[open.demander] += paid;
        emit Claimed(demandId, open.demander, paid, burnt);
        Address.sendValue(_BURN, burnt);
    }

    /// @inheritdoc IReportBond
    function collect(address payable to) external nonReentrant {
        uint256 amount = _credits[msg.sender];
        if (amount == 0) revert NothingToCollect(msg.sender);
        _credits[msg.sender] = 0;
        emit Collected(msg.sender, to, amount);
        Address.sendValue(to, amount);
    }

    /// @inheritdoc IReportBond
    function bondOf(
        uint256 logId,
        address relayer
    ) external view returns (uint256 amount, uint256 reserved, uint64 withdrawableAt) {
        Bond storage bond = _bonds[logId][relayer];
        return (bond.amount, _reserved(bond), bond.withdrawableAt);
    }

    /// @inheritdoc IReportBond
    function demandOf(bytes32 demandId) external view returns (Demand memory) {
        return _demands[demandId];
    }

    /// @inheritdoc IReportBond
    function demandIdOf(address relayer, Receipt calldata receipt) external view returns (bytes32) {
        return _demandId(relayer, _digestOf(receipt));
    }

    /// @inheritdoc IReportBond
    function creditOf(address account) external view returns (uint256) {
        return _credits[account];
    }

    /// @dev Closes an open demand and hands out the bond that it was made against.
    function _settle(bytes32 demandId, Demand memory open) private returns (Bond storage bond) {
        Demand storage settled = _demands[demandId];
        settled.demander = address(0);
        settled.logId = 0;
        settled.leaf = 0;
        settled.head = 0;
        bond = _bonds[open.logId][open.relayer];
        --bond.openDemands;
    }

    function _requireOpen(bytes32 demandId) private view returns (Demand memory open) {
        open = _demands[demandId];
        if (open.answerBy == 0) revert DemandUnknown(demandId);
        if (open.demander == address(0)) revert DemandSettled(demandId);
    }

    /// @dev An account's own key counts whatever code the account has: otherwise a relayer could void its receipts by
    /// delegating to code that knows no signature (EIP-7702). No contract created as such has a key.
    function _hasSigned(
        address relayer,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        return
            (failure == ECDSA.RecoverError.NoError && signer == relayer) ||
            SignatureChecker.isValidERC1271SignatureNowCalldata(relayer, digest, signature);
    }

    /// @dev The EIP-712 digest of a receipt. The domain is the registry's on the chain that this is: after a fork,
    /// receipts of one side are nothing on the other.
    function _digestOf(Receipt calldata receipt) private view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(_DOMAIN_TYPE, _NAME, _VERSION, block.chainid, registry));
        bytes32 content = keccak256(abi.encode(_RECEIPT_TYPE, receipt.logId, receipt.leaf, receipt.deadline));
        return MessageHashUtils.toTypedDataHash(domain, content);
    }

    /// @dev What open demands keep from being withdrawn: a penalty each, as far as the bond reaches.
    function _reserved(Bond storage bond) private view returns (uint256) {
        return _min(bond.amount, bond.openDemands * penalty);
    }

    function _demandId(address relayer, bytes32 digest) private pure returns (bytes32) {
        return keccak256(abi.encode(relayer, digest));
    }

    function _isPeriod(uint64 period) private pure returns (bool) {
        return period > 0 && period <= _LONGEST_PERIOD;
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
