// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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

    /// @dev Fills the log with 1 to MOST_BATCHES batches.
    function _fill(bytes32 seed, uint8 batches) private {
        uint256 wanted = 1 + (batches % MOST_BATCHES);
        for (uint256 i = 0; i < wanted; ++i) {
            bytes32 root = keccak256(abi.encode(seed, i));
            _keeper.append(root, ~root, uint32(uint256(root)));
        }
    }
}
