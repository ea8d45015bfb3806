// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EntryTree} from "./EntryTree.t.sol";
import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {LogKeeper} from "./LogKeeper.t.sol";
import {ReportRegistry} from "./ReportRegistry.sol";
import {TestBase} from "./TestBase.t.sol";

contract ReportRegistryTest is TestBase {
    uint256 private constant MOST_BATCHES = 40;

    ReportRegistry private _registry;
    LogKeeper private _keeper;

    function setUp() public {
        _registry = new ReportRegistry();
        _keeper = new LogKeeper(_registry);
    }

    function testFuzz_EveryBatchIsProvenAtItsPlaceOnly(bytes32 seed, uint8 batches) external {
        _fill(seed, batches);
        uint64 size = _keeper.size();
        IReportRegistry.LogState memory state = _keeper.state();
        for (uint64 seq = 0; seq < size; ++seq) {
            IReportRegistry.Batch memory batch = _keeper.batchAt(seq);
            bytes32[] memory path = _keeper.path(seq);
            assertTrue(_registry.verifyBatch(1, state, batch, seq, path), "its own place");
            uint64 other = uint64(uint256(keccak256(abi.encode(seed, seq))) % (size + 1));
            assertTrue(other == seq || !_registry.verifyBatch(1, state, batch, other, path), "another place");
        }
    }

    function testFuzz_ABatchProofWithOneBitFlippedIsRefused(
        bytes32 seed,
        uint8 batches,
        uint256 bit
    ) external {
        _fill(seed, batches);
        uint64 seq = uint64(uint256(seed) % _keeper.size());
        IReportRegistry.Batch memory batch = _keeper.batchAt(seq);
        bytes32[] memory path = _keeper.path(seq);

        uint256 place = bit % (704 + 256 * path.length);
        if (place < 64) batch.firstIndex ^= uint64(1 << place);
        else if (place < 128) batch.count ^= uint64(1 << (place - 64));
        else if (place < 384) batch.root ^= bytes32(1 << (place - 128));
        else if (place < 640) batch.cidDigest ^= bytes32(1 << (place - 384));
        else if (place < 704) seq ^= uint64(1 << (place - 640));
        else path[(place - 704) / 256] ^= bytes32(1 << (place % 256));
        assertTrue(!_registry.verifyBatch(1, _keeper.state(), batch, seq, path), "one bit flipped");
    }

    function testFuzz_AnyOtherStateIsStale(
        bytes32 seed,
        uint8 batches,
        uint64 size,
        uint64 total,
        address caller
    ) external {
        _fill(seed, batches);
        IReportRegistry.LogState memory state = _keeper.state();
        vm.assume(caller != address(_keeper) || size != state.size || total != state.total);
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.StaleHead.selector, 1));
        vm.prank(caller);
        _registry.append(1, size, total, state.peaks, seed, seed, 1);
    }

    function testFuzz_OnlyTheOfferedAccountAccepts(address offered, address caller) external {
        vm.assume(offered != caller && offered != address(0));
        _keeper.offerLog(offered);
        IReportRegistry.LogState memory state = _keeper.state();
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.LogNotOffered.selector, 1, caller));
        vm.prank(caller);
        _registry.acceptLog(1, state.operator, state.size, state.total, state.peaks);

        vm.prank(offered);
        _registry.acceptLog(1, state.operator, state.size, state.total, state.peaks);
        bytes32 head = keccak256(abi.encodePacked(offered, state.size, state.total, state.peaks));
        assertTrue(_registry.headOf(1) == head, "the new operator's head");
    }

    function testFuzz_AHandoverKeepsTheHistory(bytes32 seed, uint8 batches, address to) external {
        vm.assume(to != address(0));
        _fill(seed, batches);
        _keeper.offerLog(to);
        _keeper.append(seed, seed, 0);
        _keeper.acceptLog();
        assertTrue(_keeper.operator() == to && _registry.headOf(1) == _keeper.head(), "the new operator's");
        _keeper.append(seed, seed, 0);
        _keeper.setUri("");
        assertTrue(_registry.headOf(1) == _keeper.head(), "the new operator appends");
    }

    function testFuzz_ALogHasTheZeroAddressAsOperatorNever(uint256 logId) external {
        vm.assume(logId != 1);
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.OperatorZero.selector));
        _registry.openLog(address(0), "");
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.LogUnknown.selector, logId));
        _registry.submitDirect(logId, hex"01");
        assertTrue(_registry.headOf(logId) == 0 && _registry.logCount() == 1, "no other log");
    }

    function testFuzz_AnEmptyBatchIsRefused(bytes32 root) external {
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.BatchEmpty.selector, 1));
        vm.prank(address(_keeper));
        _registry.append(1, 0, 0, new bytes32[](0), root, root, 0);
    }

    function testFuzz_TheDirectLaneFoldsEntriesAndLeavesTheHead(
        address sender,
        bytes[3] calldata entries
    ) external {
        bytes32 head = _registry.headOf(1);
        for (uint256 i = 0; i < entries.length; ++i) {
            vm.assume(entries[i].length > 0 && entries[i].length <= 390);
            _keeper.submitDirect(sender, entries[i]);
        }
        assertTrue(_registry.directHeadOf(1) == _keeper.directHead(), "the lane's head");
        assertTrue(_registry.headOf(1) == head, "the log's head");
    }

    function testFuzz_TheDirectLaneTakesNoOtherLength(uint16 beyond) external {
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.EntrySizeInvalid.selector, 0));
        _registry.submitDirect(1, "");
        uint256 length = 391 + uint256(beyond);
        vm.expectRevert(abi.encodeWithSelector(IReportRegistry.EntrySizeInvalid.selector, length));
        _registry.submitDirect(1, new bytes(length));
        _registry.submitDirect(1, new bytes(390));
    }

    function testFuzz_EveryEntryIsProvenAtItsPlaceOnly(bytes32 seed, uint8 entries, uint64 other) external {
        bytes32[] memory leaves = new bytes32[](1 + (entries % 40));
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = sha256(abi.encode(seed, i));
        _keeper.append(seed, seed, 5);
        _keeper.append(EntryTree.root(leaves, 0, leaves.length), seed, uint32(leaves.length - 1));
        for (uint64 i = 0; i < leaves.length; ++i) {
            bytes32[] memory path = EntryTree.path(leaves, i);
            assertTrue(_holds(leaves[i], i, path), "its own place");
            assertTrue(!_holdsInFirst(leaves[i], i, path), "another batch");
            assertTrue(!_holds(~leaves[i], i, path), "another leaf");
            assertTrue(other == i || !_holds(leaves[i], other, path), "another place");
        }
    }

    function testFuzz_AnEntryProofOfAnotherLengthIsRefused(
        bytes32 seed,
        uint8 entries,
        uint8 longer
    ) external {
        bytes32[] memory leaves = new bytes32[](1 + (entries % 40));
        for (uint256 i = 0; i < leaves.length; ++i) leaves[i] = sha256(abi.encode(seed, i));
        _keeper.append(seed, seed, 5);
        _keeper.append(EntryTree.root(leaves, 0, leaves.length), seed, uint32(leaves.length - 1));
        bytes32[] memory path = EntryTree.path(leaves, 0);
        bytes32[] memory long = new bytes32[](path.length + 1 + longer);
        for (uint256 i = 0; i < path.length; ++i) long[i] = path[i];
        assertTrue(!_holds(leaves[0], 0, long), "too long");
        if (path.length == 0) return;
        bytes32[] memory short = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < short.length; ++i) short[i] = path[i];
        assertTrue(!_holds(leaves[0], 0, short), "too short");
    }

    /// @dev Whether batch number 0 of the log is batch number 1, and holds a leaf.
    function _holdsInFirst(bytes32 leaf, uint64 index, bytes32[] memory path) private view returns (bool) {
        IReportRegistry.Batch memory batch = _keeper.batchAt(1);
        bytes32[] memory batchPath = _keeper.path(0);
        return _registry.verifyEntry(1, _keeper.state(), batch, 0, batchPath, leaf, index, path);
    }

    /// @dev Whether batch number 1 of the log holds a leaf.
    function _holds(bytes32 leaf, uint64 index, bytes32[] memory path) private view returns (bool) {
        IReportRegistry.Batch memory batch = _keeper.batchAt(1);
        bytes32[] memory batchPath = _keeper.path(1);
        return _registry.verifyEntry(1, _keeper.state(), batch, 1, batchPath, leaf, index, path);
    }

    /// @dev Fills the log with 1 to MOST_BATCHES batches.
    function _fill(bytes32 seed, uint8 batches) private {
        uint256 wanted = 1 + (batches % MOST_BATCHES);
        for (uint256 i = 0; i < wanted; ++i) {
            bytes32 root = keccak256(abi.encode(seed, i));
            _keeper.append(root, ~root, uint32(uint256(root)));
        }
    }
}
