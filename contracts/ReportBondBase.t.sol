// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EntryTree} from "./EntryTree.t.sol";
import {IReportBond} from "./interfaces/IReportBond.sol";
import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {LogKeeper} from "./LogKeeper.t.sol";
import {ReportBond} from "./ReportBond.sol";
import {ReportRegistry} from "./ReportRegistry.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev A registry, one log of it, a bond contract and a relayer with a key; and what a relayer does with them.
abstract contract ReportBondBase is TestBase {
    uint256 internal constant RELAYER_KEY = 0xB0A7;
    uint256 internal constant PENALTY = 1 ether + 1;
    uint256 internal constant COUNTER_BOND = 0.01 ether;
    uint64 internal constant LONGEST_RECEIPT = 1 days;
    uint64 internal constant DEMAND_WINDOW = 7 days;
    uint64 internal constant ANSWER_PERIOD = 3 days;
    uint64 internal constant START = 1_800_000_000;
    address internal constant BURN = 0x000000000000000000000000000000000000dEaD;

    ReportRegistry internal _registry;
    LogKeeper internal _log;
    ReportBond internal _bond;
    address internal _relayer;

    function _deploy() internal {
        vm.warp(START);
        _registry = new ReportRegistry();
        _log = new LogKeeper(_registry);
        _bond = new ReportBond(_registry, _parameters());
        _relayer = vm.addr(RELAYER_KEY);
        _deposit(_relayer, 3 * PENALTY);
    }

    function _parameters() internal pure returns (IReportBond.Parameters memory) {
        return IReportBond.Parameters(PENALTY, COUNTER_BOND, LONGEST_RECEIPT, DEMAND_WINDOW, ANSWER_PERIOD);
    }

    function _deposit(address relayer, uint256 amount) internal {
        vm.deal(relayer, amount);
        vm.prank(relayer);
        _bond.deposit{value: amount}(1);
    }

    function _receipt(bytes32 leaf) internal view returns (IReportBond.Receipt memory) {
        return IReportBond.Receipt(1, leaf, uint64(block.timestamp) + LONGEST_RECEIPT);
    }

    function _sign(IReportBond.Receipt memory receipt) internal view returns (bytes memory) {
        return _signFor(receipt, block.chainid, address(_registry));
    }

    function _signFor(
        IReportBond.Receipt memory receipt,
        uint256 chainId,
        address registry
    ) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(RELAYER_KEY, _digestFor(receipt, chainId, registry));
        return abi.encodePacked(r, s, v);
    }

    function _digest(IReportBond.Receipt memory receipt) internal view returns (bytes32) {
        return _digestFor(receipt, block.chainid, address(_registry));
    }

    function _digestFor(
        IReportBond.Receipt memory receipt,
        uint256 chainId,
        address registry
    ) internal pure returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Tocsin"),
                keccak256("1"),
                chainId,
                registry
            )
        );
        bytes32 kind = keccak256("Receipt(uint256 logId,bytes32 leaf,uint64 deadline)");
        bytes32 content = keccak256(abi.encode(kind, receipt));
        return keccak256(bytes.concat(hex"1901", domain, content));
    }

    function _demand(address from, IReportBond.Receipt memory receipt) internal returns (bytes32) {
        bytes memory signature = _sign(receipt);
        vm.deal(from, COUNTER_BOND);
        vm.prank(from);
        return _bond.demand{value: COUNTER_BOND}(_relayer, receipt, signature);
    }

    function _leaves(bytes32 seed, uint256 width) internal pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](width);
        for (uint256 i = 0; i < width; ++i) leaves[i] = sha256(abi.encode(seed, i));
    }

    /// @dev Anchors a batch with these leaves.
    function _anchor(bytes32[] memory leaves) internal {
        _log.append(EntryTree.root(leaves, 0, leaves.length), leaves[0], uint32(leaves.length - 1));
    }

    /// @dev Answers with the log's first `size` batches, of which number `seq` holds these leaves.
    function _answer(
        bytes32 demandId,
        uint64 size,
        uint64 seq,
        bytes32[] memory leaves,
        uint64 index
    ) internal {
        IReportRegistry.LogState memory state = _log.stateAt(size);
        IReportRegistry.Batch memory batch = _log.batchAt(seq);
        bytes32[] memory path = _log.pathAt(size, seq);
        _bond.answer(demandId, state, batch, seq, path, index, EntryTree.path(leaves, index));
    }

    /// @dev Makes the next call revert with an error that takes one argument.
    function _expect(bytes4 selector, uint256 argument) internal {
        vm.expectRevert(abi.encodeWithSelector(selector, argument));
    }

    function _refused(address relayer, IReportBond.Receipt memory receipt, bytes memory signature) internal {
        vm.deal(address(this), COUNTER_BOND);
        _expect(IReportBond.ReceiptSignatureInvalid.selector, uint160(relayer));
        _bond.demand{value: COUNTER_BOND}(relayer, receipt, signature);
    }
}
