// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {InclusionProof} from "./libraries/InclusionProof.sol";
import {MountainRange} from "./libraries/MountainRange.sol";

/// @title Registry of exposure reports
/// @notice See {IReportRegistry}. Nobody can change, pause or replace the registry, and it holds no ether.
/// @dev Storage layout:
///   slot 0  mapping(uint256 logId => bytes32)  heads; the only word that an append writes
///   slot 1  mapping(uint256 logId => address)  open offers; at most one a log
///   slot 2  uint256                            number of logs
///   slot 3  mapping(uint256 logId => bytes32)  heads of the direct lanes; the only word that a submission writes
contract ReportRegistry is IReportRegistry {
    /// @dev A kind and the longest signed report: keys, indices and memo header 70, memo 255, signature 64.
    uint256 private constant _LONGEST_ENTRY = 390;

    /// @dev Zero for a log that does not exist. No state is known to hash to zero, so such a log is always stale.
    mapping(uint256 logId => bytes32 head) private _heads;

    /// @dev Only the operator writes an offer, and the operator changes only in {acceptLog}, which deletes it:
    /// an offer is always one of the current operator.
    mapping(uint256 logId => address to) private _offers;

    /// @inheritdoc IReportRegistry
    uint256 public logCount;

    mapping(uint256 logId => bytes32 head) private _directHeads;

    /// @inheritdoc IReportRegistry
    function openLog(address operator, string calldata uri) external returns (uint256 logId) {
        if (operator == address(0)) revert OperatorZero();
        logId = ++logCount;
        _heads[logId] = keccak256(abi.encodePacked(operator, uint64(0), uint64(0)));
        emit LogOpened(logId, operator, uri);
    }

    /// @inheritdoc IReportRegistry
    function append(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        bytes32 root,
        bytes32 cidDigest,
        uint64 count
    ) external {
        _requireHead(logId, msg.sender, size, total, peaks);
        if (count == 0) revert BatchEmpty(logId);

        bytes32 leaf = MountainRange.leafOf(total, count, root, cidDigest);
        uint256 position = (uint256(size) << 128) | (uint256(total) << 64) | count;
        (uint256 kept, bytes32 peak) = MountainRange.push(size, peaks, leaf);
        uint64 newTotal = total + count;
        unchecked {
            // A batch holds an entry or more, so the size is never larger than the total, which did not overflow.
            ++size;
        }
        _heads[logId] = keccak256(abi.encodePacked(msg.sender, size, newTotal, peaks[:kept], peak));

        emit BatchAppended(logId, root, cidDigest, position);
    }

    /// @inheritdoc IReportRegistry
    function offerLog(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        address to
    ) external {
        _requireHead(logId, msg.sender, size, total, peaks);
        _offers[logId] = to;
        emit LogOffered(logId, msg.sender, to);
    }

    /// @inheritdoc IReportRegistry
    function acceptLog(
        uint256 logId,
        address operator,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks
    ) external {
        if (_offers[logId] != msg.sender) revert LogNotOffered(logId, msg.sender);
        _requireHead(logId, operator, size, total, peaks);
        delete _offers[logId];
        _heads[logId] = MountainRange.head(msg.sender, size, total, peaks);
        emit LogAccepted(logId, operator, msg.sender);
    }

    /// @inheritdoc IReportRegistry
    function setUri(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        string calldata uri
    ) external {
        _requireHead(logId, msg.sender, size, total, peaks);
        emit UriSet(logId, uri);
    }

    /// @inheritdoc IReportRegistry
    function submitDirect(uint256 logId, bytes calldata entry) external {
        if (entry.length == 0 || entry.length > _LONGEST_ENTRY) revert EntrySizeInvalid(entry.length);
        if (_heads[logId] == 0) revert LogUnknown(logId);

        bytes32 leaf = sha256(abi.encodePacked(bytes1(0x00), entry));
        _directHeads[logId] = keccak256(abi.encodePacked(_directHeads[logId], leaf));
        emit EntrySubmitted(logId, entry);
    }

    /// @inheritdoc IReportRegistry
    function headOf(uint256 logId) external view returns (bytes32) {
        return _heads[logId];
    }

    /// @inheritdoc IReportRegistry
    function directHeadOf(uint256 logId) external view returns (bytes32) {
        return _directHeads[logId];
    }

    /// @inheritdoc IReportRegistry
    function verifyBatch(
        uint256 logId,
        LogState calldata state,
        Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path
    ) external view returns (bool) {
        return _holdsBatch(logId, state, batch, seq, path);
    }

    /// @inheritdoc IReportRegistry
    function verifyEntry(
        uint256 logId,
        LogState calldata state,
        Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata entryPath
    ) external view returns (bool) {
        return
            _holdsBatch(logId, state, batch, seq, path) &&
            InclusionProof.verify(batch.root, batch.count, leaf, index, entryPath);
    }

    function _holdsBatch(
        uint256 logId,
        LogState calldata state,
        Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path
    ) private view returns (bool) {
        _requireHead(logId, state.operator, state.size, state.total, state.peaks);
        bytes32 leaf = MountainRange.leafOf(batch.firstIndex, batch.count, batch.root, batch.cidDigest);
        return MountainRange.verify(state.size, state.peaks, leaf, seq, path);
    }

    function _requireHead(
        uint256 logId,
        address operator,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks
    ) private view {
        if (_heads[logId] != MountainRange.head(operator, size, total, peaks)) revert StaleHead(logId);
    }
}
