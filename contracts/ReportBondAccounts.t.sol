// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Greedy, Multisig} from "./BondActors.t.sol";
import {IReportBond} from "./interfaces/IReportBond.sol";
import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {ReportBond} from "./ReportBond.sol";
import {ReportBondBase} from "./ReportBondBase.t.sol";

/// Withdrawals, accounts that are contracts, and the terms.
contract ReportBondAccountsTest is ReportBondBase {
    address private constant DEMANDER = address(0xDE);

    function setUp() public {
        _deploy();
    }

    function testFuzz_ABondOutlastsEveryReceiptSignedBefore(
        bytes32 leaf,
        uint64 early,
        uint64 wait
    ) external {
        uint64 deadline = uint64(block.timestamp) + LONGEST_RECEIPT - (early % LONGEST_RECEIPT);
        vm.prank(_relayer);
        _bond.requestWithdrawal(1);
        uint64 withdrawableAt = START + LONGEST_RECEIPT + DEMAND_WINDOW;
        vm.warp(deadline + DEMAND_WINDOW);
        bytes32 demandId = _demand(DEMANDER, IReportBond.Receipt(1, leaf, deadline));
        vm.warp(withdrawableAt);
        _expect(IReportBond.WithdrawalTooEarly.selector, withdrawableAt);
        vm.prank(_relayer);
        _bond.withdraw(1);

        vm.warp(uint256(withdrawableAt) + 1 + wait);
        vm.prank(_relayer);
        _bond.withdraw(1);
        assertTrue(_bond.creditOf(_relayer) == 2 * PENALTY, "all but what the demand holds");
        _expectOf(IReportBond.NothingToWithdraw.selector);
        vm.prank(_relayer);
        _bond.withdraw(1);

        vm.warp(uint256(withdrawableAt) + ANSWER_PERIOD + 2 + wait);
        _bond.claim(demandId);
        (uint256 amount, , uint64 stillAt) = _bond.bondOf(1, _relayer);
        assertTrue(amount == 0 && stillAt == withdrawableAt, "the request remains for what is left");
    }

    function testFuzz_AWithdrawalIsRequestedAndCanBeCancelled(uint96 more, uint64 wait) external {
        _expectOf(IReportBond.WithdrawalNotRequested.selector);
        vm.prank(_relayer);
        _bond.withdraw(1);
        _expectOf(IReportBond.WithdrawalNotRequested.selector);
        vm.prank(_relayer);
        _bond.cancelWithdrawal(1);

        vm.prank(_relayer);
        _bond.requestWithdrawal(1);
        vm.prank(_relayer);
        _bond.cancelWithdrawal(1);
        vm.warp(uint256(START) + 9 days + wait);
        _expectOf(IReportBond.WithdrawalNotRequested.selector);
        vm.prank(_relayer);
        _bond.withdraw(1);

        vm.prank(_relayer);
        _bond.requestWithdrawal(1);
        _deposit(_relayer, more);
        vm.warp(block.timestamp + _bond.withdrawalDelay() + 1);
        vm.prank(_relayer);
        _bond.withdraw(1);
        assertTrue(_bond.creditOf(_relayer) == 3 * PENALTY + more, "all");
        (uint256 amount, , uint64 withdrawableAt) = _bond.bondOf(1, _relayer);
        assertTrue(amount == 0 && withdrawableAt == 0, "nothing left, no request left");

        vm.prank(_relayer);
        _bond.collect(payable(DEMANDER));
        assertTrue(DEMANDER.balance == 3 * PENALTY + more && address(_bond).balance == 0, "paid");
        _expect(IReportBond.NothingToCollect.selector, uint160(_relayer));
        vm.prank(_relayer);
        _bond.collect(payable(DEMANDER));
    }

    function testFuzz_AMultisigSignsReceiptsAndGetsItsEtherElsewhere(bytes32 seed) external {
        Multisig wallet = new Multisig();
        vm.deal(address(this), PENALTY);
        wallet.act{value: PENALTY}(address(_bond), abi.encodeCall(_bond.deposit, (1)));
        bytes32[] memory leaves = _leaves(seed, 3);
        _anchor(leaves);
        IReportBond.Receipt memory receipt = _receipt(leaves[1]);
        vm.warp(receipt.deadline + 1);
        wallet.approve(_digest(receipt));
        _refused(address(wallet), receipt, "");
        wallet.approve(_digest(receipt));
        vm.deal(address(this), COUNTER_BOND);
        bytes32 demandId = _bond.demand{value: COUNTER_BOND}(address(wallet), receipt, "");
        _answer(demandId, 1, 0, leaves, 1);

        bytes memory collectHere = abi.encodeCall(_bond.collect, (payable(address(wallet))));
        vm.expectRevert(abi.encodeWithSelector(Errors.FailedCall.selector));
        wallet.act(address(_bond), collectHere);
        assertTrue(_bond.creditOf(address(wallet)) == COUNTER_BOND, "the credit stays");
        wallet.act(address(_bond), abi.encodeCall(_bond.collect, (payable(DEMANDER))));
        assertTrue(DEMANDER.balance == COUNTER_BOND, "paid elsewhere");
    }

    function testFuzz_CodeAtTheRelayersAccountDoesNotVoidItsReceipts(bytes32 leaf) external {
        IReportBond.Receipt memory receipt = _receipt(leaf);
        vm.warp(receipt.deadline + 1);
        vm.etch(_relayer, address(new Multisig()).code);
        _demand(DEMANDER, receipt);
    }

    function testFuzz_CollectingIsNotReentered(bytes32 leaf) external {
        IReportBond.Receipt memory receipt = _receipt(leaf);
        vm.warp(receipt.deadline + 1);
        Greedy greedy = new Greedy(_bond);
        bytes32 demandId = _demand(address(greedy), receipt);
        vm.warp(block.timestamp + ANSWER_PERIOD + 1);
        _bond.claim(demandId);
        vm.expectRevert(
            abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector)
        );
        vm.prank(address(greedy));
        _bond.collect(payable(address(greedy)));
        vm.prank(address(greedy));
        _bond.collect(payable(DEMANDER));
        assertTrue(DEMANDER.balance == COUNTER_BOND + PENALTY / 2, "paid elsewhere, once");
    }

    function testFuzz_ParametersAreWithinBounds(
        IReportBond.Parameters memory parameters,
        uint8 wrong
    ) external {
        parameters.penalty |= 2;
        parameters.counterBond |= 1;
        parameters.longestReceipt = 1 + (parameters.longestReceipt % 365 days);
        parameters.demandWindow = 1 + (parameters.demandWindow % 365 days);
        parameters.answerPeriod = 1 + (parameters.answerPeriod % 365 days);
        ReportBond bond = new ReportBond(_registry, parameters);
        assertTrue(address(bond.registry()) == address(_registry), "registry");
        assertTrue(bond.penalty() == parameters.penalty, "penalty");
        assertTrue(bond.counterBond() == parameters.counterBond, "counter-bond");
        assertTrue(bond.longestReceipt() == parameters.longestReceipt, "longest receipt");
        assertTrue(bond.demandWindow() == parameters.demandWindow, "demand window");
        assertTrue(bond.answerPeriod() == parameters.answerPeriod, "answer period");

        uint256 kind = wrong % 9;
        IReportRegistry registry = kind == 0 ? IReportRegistry(DEMANDER) : _registry;
        if (kind == 1) parameters.penalty = (wrong / 9) % 2;
        if (kind == 2) parameters.counterBond = 0;
        if (kind == 3) parameters.longestReceipt = 0;
        if (kind == 4) parameters.longestReceipt = 365 days + 1;
        if (kind == 5) parameters.demandWindow = 0;
        if (kind == 6) parameters.demandWindow = 365 days + 1;
        if (kind == 7) parameters.answerPeriod = 0;
        if (kind == 8) parameters.answerPeriod = 365 days + 1;
        vm.expectRevert(abi.encodeWithSelector(IReportBond.ParametersInvalid.selector));
        new ReportBond(registry, parameters);
    }

    function testFuzz_ADemandIsKeptWhileOpen(bytes32 leaf) external {
        IReportBond.Receipt memory receipt = _receipt(leaf);
        vm.warp(receipt.deadline + 1);
        bytes32 demandId = _demand(DEMANDER, receipt);
        uint64 answerBy = uint64(block.timestamp) + ANSWER_PERIOD;
        IReportBond.Demand memory open = IReportBond.Demand(
            _relayer,
            answerBy,
            DEMANDER,
            1,
            leaf,
            _log.head()
        );
        assertTrue(keccak256(abi.encode(_bond.demandOf(demandId))) == keccak256(abi.encode(open)), "open");
        vm.warp(uint256(answerBy) + 1);
        _bond.claim(demandId);
        IReportBond.Demand memory settled = IReportBond.Demand(_relayer, answerBy, address(0), 0, 0, 0);
        assertTrue(
            keccak256(abi.encode(_bond.demandOf(demandId))) == keccak256(abi.encode(settled)),
            "settled"
        );
    }

    function _expectOf(bytes4 selector) private {
        vm.expectRevert(abi.encodeWithSelector(selector, 1, _relayer));
    }
}
