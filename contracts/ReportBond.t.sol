// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EntryTree} from "./EntryTree.t.sol";
import {IReportBond} from "./interfaces/IReportBond.sol";
import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {ReportBondBase} from "./ReportBondBase.t.sol";

/// Demands, answers and claims.
contract ReportBondTest is ReportBondBase {
    address private constant DEMANDER = address(0xDE);

    function setUp() public {
        _deploy();
    }

    function testFuzz_AnHonestRelayerAnswersAndGains(
        bytes32 seed,
        uint8 batches,
        uint8 entries,
        uint64 place,
        uint64 wait,
        address anybody
    ) external {
        bytes32[] memory leaves = _leaves(seed, 1 + (entries % 9));
        uint64 seq = batches % 20;
        uint64 index = uint64(place % leaves.length);
        IReportBond.Receipt memory receipt = _receipt(leaves[index]);
        for (uint64 i = 0; i < seq; ++i) _log.append(seed, seed, 3);
        vm.warp(receipt.deadline);
        _anchor(leaves);
        for (uint64 i = 0; i < batches / 64; ++i) _log.append(seed, seed, 3);

        uint64 size = _log.size();
        vm.warp(receipt.deadline + 1 + (wait % DEMAND_WINDOW));
        bytes32 demandId = _demand(DEMANDER, receipt);
        for (uint64 i = 0; i < batches / 64; ++i) _log.append(seed, seed, 3);
        vm.warp(block.timestamp + (wait % (ANSWER_PERIOD + 1)));
        vm.prank(anybody);
        _answer(demandId, size, seq, leaves, index);

        (uint256 amount, uint256 reserved, ) = _bond.bondOf(1, _relayer);
        assertTrue(amount == 3 * PENALTY && reserved == 0, "the bond");
        assertTrue(_bond.creditOf(_relayer) == COUNTER_BOND, "the counter-bond");
        assertTrue(_bond.creditOf(DEMANDER) == 0, "nothing for the demander");
        vm.warp(uint256(receipt.deadline) + 30 days);
        _expect(IReportBond.DemandSettled.selector, uint256(demandId));
        _bond.claim(demandId);
    }

    function testFuzz_WhatWasNotAnchoredWhenDemandedCannotBeAnswered(
        bytes32 seed,
        uint8 batches,
        uint64 place,
        address anybody
    ) external {
        bytes32[] memory leaves = _leaves(seed, 8);
        uint64 size = 1 + (batches % 20);
        for (uint64 i = 0; i < size; ++i) _log.append(seed, seed, 7);
        IReportBond.Receipt memory receipt = _receipt(leaves[3]);
        vm.warp(receipt.deadline + 1);
        bytes32 head = _log.head();
        bytes32 demandId = _demand(DEMANDER, receipt);
        _anchor(leaves);

        IReportRegistry.LogState memory state = _log.state();
        IReportRegistry.Batch memory batch = _log.batchAt(size);
        bytes32[] memory path = _log.path(size);
        bytes32[] memory entryPath = EntryTree.path(leaves, 3);
        _expect(IReportBond.AnswerHeadWrong.selector, uint256(head));
        _bond.answer(demandId, state, batch, size, path, 3, entryPath);

        state = _log.stateAt(size);
        uint64 seq = uint64(place % size);
        path = _log.pathAt(size, seq);
        _expect(IReportBond.AnswerNotIncluded.selector, uint256(demandId));
        _bond.answer(demandId, state, batch, seq, path, 3, entryPath);
        batch = _log.batchAt(seq);
        _expect(IReportBond.AnswerNotIncluded.selector, uint256(demandId));
        _bond.answer(demandId, state, batch, seq, path, 3, entryPath);

        vm.warp(block.timestamp + ANSWER_PERIOD + 1);
        uint256 burntBefore = BURN.balance;
        vm.prank(anybody);
        _bond.claim(demandId);
        (uint256 amount, uint256 reserved, ) = _bond.bondOf(1, _relayer);
        assertTrue(amount == 2 * PENALTY && reserved == 0, "the bond without the penalty");
        assertTrue(_bond.creditOf(DEMANDER) == COUNTER_BOND + PENALTY / 2, "half for the demander");
        assertTrue(BURN.balance - burntBefore == PENALTY - PENALTY / 2, "the other half is burnt");
    }

    function testFuzz_AnAnswerWithOneBitFlippedIsRefused(bytes32 seed, uint256 bit) external {
        bytes32[] memory leaves = _leaves(seed, 7);
        for (uint64 i = 0; i < 5; ++i) _log.append(seed, seed, 3);
        _anchor(leaves);
        _log.append(seed, seed, 3);
        IReportBond.Receipt memory receipt = _receipt(leaves[2]);
        vm.warp(receipt.deadline + 1);
        bytes32 demandId = _demand(DEMANDER, receipt);

        IReportRegistry.LogState memory state = _log.state();
        IReportRegistry.Batch memory batch = _log.batchAt(5);
        bytes32[] memory path = _log.path(5);
        bytes32[] memory entryPath = EntryTree.path(leaves, 2);
        uint64 seq = 5;
        uint64 index = 2;
        uint256 place = bit % (768 + 256 * (path.length + entryPath.length));
        if (place < 64) batch.firstIndex ^= uint64(1 << place);
        else if (place < 128) batch.count ^= uint64(1 << (place - 64));
        else if (place < 384) batch.root ^= bytes32(1 << (place - 128));
        else if (place < 640) batch.cidDigest ^= bytes32(1 << (place - 384));
        else if (place < 704) seq ^= uint64(1 << (place - 640));
        else if (place < 768) index ^= uint64(1 << (place - 704));
        else if (place < 768 + 256 * path.length) path[(place - 768) / 256] ^= bytes32(1 << (place % 256));
        else entryPath[(place - 768) / 256 - path.length] ^= bytes32(1 << (place % 256));
        _expect(IReportBond.AnswerNotIncluded.selector, uint256(demandId));
        _bond.answer(demandId, state, batch, seq, path, index, entryPath);
    }

    function testFuzz_OnlyTheRelayersSignatureForThisRegistryOnThisChainCounts(
        bytes32 leaf,
        uint64 chainId,
        address registry,
        uint256 bit
    ) external {
        vm.assume(chainId != block.chainid && registry != address(_registry));
        IReportBond.Receipt memory receipt = _receipt(leaf);
        vm.warp(receipt.deadline + 1);
        _refused(_relayer, receipt, _signFor(receipt, chainId, address(_registry)));
        _refused(_relayer, receipt, _signFor(receipt, block.chainid, registry));
        _refused(DEMANDER, receipt, _sign(receipt));
        _refused(address(0), receipt, new bytes(65));
        _refused(_relayer, receipt, "");
        bytes memory signature = _sign(receipt);
        signature[(bit / 8) % 65] ^= bytes1(uint8(1 << (bit % 8)));
        _refused(_relayer, receipt, signature);
        receipt.leaf ^= bytes32(1 << (bit % 256));
        _refused(_relayer, receipt, _sign(IReportBond.Receipt(1, leaf, receipt.deadline)));
    }

    function testFuzz_AReceiptCanBeDemandedInItsWindowOnly(bytes32 leaf, uint64 early, uint64 late) external {
        IReportBond.Receipt memory receipt = _receipt(leaf);
        bytes memory signature = _sign(receipt);
        vm.deal(address(this), COUNTER_BOND);
        vm.warp(receipt.deadline - (early % receipt.deadline));
        _expect(IReportBond.DemandTooEarly.selector, receipt.deadline);
        _bond.demand{value: COUNTER_BOND}(_relayer, receipt, signature);

        uint64 last = receipt.deadline + DEMAND_WINDOW;
        vm.warp(uint256(last) + 1 + late);
        _expect(IReportBond.DemandTooLate.selector, last);
        _bond.demand{value: COUNTER_BOND}(_relayer, receipt, signature);

        vm.warp(last);
        _bond.demand{value: COUNTER_BOND}(_relayer, receipt, signature);
    }

    function testFuzz_ADemandTakesTheCounterBondExactly(uint96 sent) external {
        vm.assume(sent != COUNTER_BOND);
        IReportBond.Receipt memory receipt = _receipt(0);
        vm.warp(receipt.deadline + 1);
        vm.deal(address(this), sent);
        bytes memory signature = _sign(receipt);
        vm.expectRevert(abi.encodeWithSelector(IReportBond.CounterBondWrong.selector, sent, COUNTER_BOND));
        _bond.demand{value: sent}(_relayer, receipt, signature);
    }

    function testFuzz_AReceiptIsDemandedOnce(bytes32 leaf, uint64 wait, bool settled) external {
        IReportBond.Receipt memory receipt = _receipt(leaf);
        vm.warp(receipt.deadline + 1);
        bytes32 demandId = _demand(DEMANDER, receipt);
        assertTrue(demandId == _bond.demandIdOf(_relayer, receipt), "the id");
        vm.warp(block.timestamp + (settled ? ANSWER_PERIOD + 1 : wait % DEMAND_WINDOW));
        if (settled) _bond.claim(demandId);
        bytes memory signature = _sign(receipt);
        vm.deal(address(this), COUNTER_BOND);
        _expect(IReportBond.DemandRepeated.selector, uint256(demandId));
        _bond.demand{value: COUNTER_BOND}(_relayer, receipt, signature);
    }

    function testFuzz_DemandsOfTheRelayersOwnDoNotKeepOthersFromDemanding(uint8 own) external {
        uint64 deadline = uint64(block.timestamp) + LONGEST_RECEIPT;
        vm.warp(deadline + 1);
        for (uint256 i = 0; i < own; ++i) {
            _demand(_relayer, IReportBond.Receipt(1, bytes32(i), deadline));
        }
        bytes32 demandId = _demand(DEMANDER, IReportBond.Receipt(1, bytes32(type(uint256).max), deadline));
        (, uint256 reserved, ) = _bond.bondOf(1, _relayer);
        assertTrue(reserved == (own >= 2 ? 3 : own + 1) * PENALTY, "reserved as far as the bond reaches");
        vm.warp(block.timestamp + ANSWER_PERIOD + 1);
        _bond.claim(demandId);
        assertTrue(_bond.creditOf(DEMANDER) == COUNTER_BOND + PENALTY / 2, "half of the penalty");
    }

    function testFuzz_ABondPaysAsFarAsItReaches(uint8 demands) external {
        uint256 count = 1 + (demands % 6);
        uint64 deadline = uint64(block.timestamp) + LONGEST_RECEIPT;
        vm.warp(deadline + 1);
        bytes32[] memory ids = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            address demander = address(uint160(0x1000 + i));
            ids[i] = _demand(demander, IReportBond.Receipt(1, bytes32(i), deadline));
        }
        _deposit(_relayer, 7);
        vm.warp(block.timestamp + ANSWER_PERIOD + 1);
        for (uint256 i = 0; i < count; ++i) {
            _bond.claim(ids[i]);
            uint256 share =
                i < 3
                    ? PENALTY / 2
                    : i == 3
                        ? 3
                        : 0;
            assertTrue(_bond.creditOf(address(uint160(0x1000 + i))) == COUNTER_BOND + share, "share");
        }
        if (count < 4) return;
        IReportBond.Receipt memory next = IReportBond.Receipt(1, bytes32(count), deadline);
        bytes memory signature = _sign(next);
        vm.deal(address(this), COUNTER_BOND);
        vm.expectRevert(abi.encodeWithSelector(IReportBond.BondTooSmall.selector, 0, PENALTY));
        _bond.demand{value: COUNTER_BOND}(_relayer, next, signature);
    }

    function testFuzz_AnAnswerAndAClaimNeverHaveTheSameTime(bytes32 seed, uint64 wait) external {
        bytes32[] memory leaves = _leaves(seed, 1);
        _anchor(leaves);
        IReportBond.Receipt memory receipt = _receipt(leaves[0]);
        vm.warp(receipt.deadline + 1);
        bytes32 demandId = _demand(DEMANDER, receipt);
        uint64 answerBy = uint64(block.timestamp) + ANSWER_PERIOD;
        vm.warp(answerBy - (wait % ANSWER_PERIOD));
        _expect(IReportBond.ClaimTooEarly.selector, answerBy);
        _bond.claim(demandId);
        vm.warp(uint256(answerBy) + 1 + wait);
        IReportRegistry.LogState memory state = _log.state();
        IReportRegistry.Batch memory batch = _log.batchAt(0);
        _expect(IReportBond.AnswerTooLate.selector, answerBy);
        _bond.answer(demandId, state, batch, 0, new bytes32[](0), 0, new bytes32[](0));
        vm.warp(answerBy);
        _answer(demandId, 1, 0, leaves, 0);
        _expect(IReportBond.DemandSettled.selector, uint256(demandId));
        _bond.answer(demandId, state, batch, 0, new bytes32[](0), 0, new bytes32[](0));
    }

    function testFuzz_WhatWasNotDemandedIsUnknown(bytes32 demandId) external {
        _expect(IReportBond.DemandUnknown.selector, uint256(demandId));
        _bond.claim(demandId);
        IReportRegistry.LogState memory state = _log.state();
        IReportRegistry.Batch memory batch;
        _expect(IReportBond.DemandUnknown.selector, uint256(demandId));
        _bond.answer(demandId, state, batch, 0, new bytes32[](0), 0, new bytes32[](0));
    }
}
