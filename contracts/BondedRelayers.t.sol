// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReportBond} from "./interfaces/IReportBond.sol";
import {ReportBondBase} from "./ReportBondBase.t.sol";

/// @dev Two relayers that share one key, one log and one bond contract, in any order of events. The honest one anchors
/// what it promised before time passes the deadline, and answers before time passes an answer period. The careless one
/// anchors whenever it happens to. Anybody demands, answers, claims and collects at any time.
contract BondedRelayers is ReportBondBase {
    struct Promise {
        address relayer;
        IReportBond.Receipt receipt;
        bytes signature;
        bool anchored;
        uint64 seq;
        bytes32 demandId;
        /// What the log's size was, and whether it held the entry, when it was demanded.
        uint64 sizeThen;
        bool heldThen;
        bool settled;
    }

    uint256 private constant CARELESS_KEY = 0xCA5E;

    address public honest;
    address public careless;
    uint256 public lostByTheHonest;
    uint256 public escapes;
    uint256 public refusedClaims;

    /// @dev Between two calls of a fuzzer the chain's time may be set back.
    uint256 private _time = START;

    Promise[] private _promises;
    mapping(address relayer => uint256 deposited) public deposited;
    mapping(address account => uint256 collected) public collected;

    modifier inTime() {
        vm.warp(_time);
        _;
    }

    constructor() {
        _deploy();
        honest = _relayer;
        careless = vm.addr(CARELESS_KEY);
        deposited[honest] = 3 * PENALTY;
        deposit(true, 2 ether);
    }

    function deposit(bool carelessly, uint72 amount) public {
        address relayer = carelessly ? careless : honest;
        _deposit(relayer, amount);
        deposited[relayer] += amount;
    }

    function give(bool carelessly, uint16 until) external inTime {
        bytes32 leaf = sha256(abi.encode("entry", _promises.length));
        uint64 deadline = uint64(block.timestamp) + (until % LONGEST_RECEIPT);
        Promise storage made = _promises.push();
        made.relayer = carelessly ? careless : honest;
        made.receipt = IReportBond.Receipt(1, leaf, deadline);
        made.signature = _signWith(carelessly ? CARELESS_KEY : RELAYER_KEY, made.receipt);
    }

    function anchor(uint256 which) external {
        if (_promises.length > 0) _anchorPromise(_promises[which % _promises.length]);
    }

    /// @dev Time passes; the honest relayer is online and does in time what it has to.
    function pass(uint24 duration) external inTime {
        uint256 to = block.timestamp + (duration % 5 days);
        for (uint256 i = 0; i < _promises.length; ++i) {
            Promise storage made = _promises[i];
            if (made.relayer != honest) continue;
            if (made.receipt.deadline < to) _anchorPromise(made);
            if (made.demandId != 0 && !made.settled) _answerPromise(made);
        }
        _time = to;
    }

    function demand(uint256 which, uint8 demander) external inTime {
        Promise storage made = _promises[_first(which, false)];
        address from = demander % 4 == 0 ? careless : address(uint160(0xD0 + (demander % 4)));
        vm.deal(from, COUNTER_BOND);
        vm.prank(from);
        made.demandId = _bond.demand{value: COUNTER_BOND}(made.relayer, made.receipt, made.signature);
        made.sizeThen = _log.size();
        made.heldThen = made.anchored;
    }

    function answer(uint256 which) external inTime {
        _answerPromise(_promises[which % _promises.length]);
    }

    function claim(uint256 which) external inTime {
        Promise storage made = _promises[_first(which, true)];
        if (made.demandId == 0 || made.settled) return;
        bool due = block.timestamp > _bond.demandOf(made.demandId).answerBy;
        try _bond.claim(made.demandId) {
            made.settled = true;
            if (made.relayer == honest || !due) ++lostByTheHonest;
        } catch {
            if (due) ++refusedClaims;
        }
    }

    function requestWithdrawal(bool carelessly) external inTime {
        vm.prank(carelessly ? careless : honest);
        _bond.requestWithdrawal(1);
    }

    function cancelWithdrawal(bool carelessly) external {
        vm.prank(carelessly ? careless : honest);
        _bond.cancelWithdrawal(1);
    }

    function withdraw(bool carelessly) external inTime {
        vm.prank(carelessly ? careless : honest);
        _bond.withdraw(1);
    }

    function collect(uint8 who) external {
        address account = accounts()[who % 5];
        uint256 amount = _bond.creditOf(account);
        vm.prank(account);
        _bond.collect(payable(address(0xC011EC7)));
        collected[account] += amount;
    }

    function accounts() public view returns (address[5] memory) {
        return [honest, careless, address(0xD1), address(0xD2), address(0xD3)];
    }

    /// @dev What the contract must hold: bonds, counter-bonds of open demands, credits.
    function owed() external view returns (uint256 sum) {
        (uint256 bondOfHonest, , ) = _bond.bondOf(1, honest);
        (uint256 bondOfCareless, , ) = _bond.bondOf(1, careless);
        sum = bondOfHonest + bondOfCareless;
        for (uint256 i = 0; i < 5; ++i) sum += _bond.creditOf(accounts()[i]);
        for (uint256 i = 0; i < _promises.length; ++i) {
            if (_promises[i].demandId != 0 && !_promises[i].settled) sum += COUNTER_BOND;
        }
    }

    function held() external view returns (uint256) {
        return address(_bond).balance;
    }

    /// @dev All that a relayer has, had and could get out again.
    function wealth(address relayer) external view returns (uint256) {
        (uint256 amount, , ) = _bond.bondOf(1, relayer);
        return amount + _bond.creditOf(relayer) + collected[relayer];
    }

    /// @dev The first promise from number `which` on whose demand is open, or that was not demanded, or else that number.
    function _first(uint256 which, bool open) private view returns (uint256) {
        uint256 count = _promises.length;
        which %= count;
        for (uint256 i = which; i < which + count; ++i) {
            Promise storage made = _promises[i % count];
            if (open ? made.demandId != 0 && !made.settled : made.demandId == 0) return i % count;
        }
        return which;
    }

    function _anchorPromise(Promise storage made) private {
        if (made.anchored) return;
        made.anchored = true;
        made.seq = _log.size();
        _anchor(_leavesOf(made));
    }

    function _answerPromise(Promise storage made) private {
        if (made.demandId == 0 || made.settled) return;
        if (!made.heldThen) {
            // The best that can be tried: the batch that holds the entry now, if there is one, or the first one.
            if (made.sizeThen == 0) return;
            try this.tryAnswer(made.demandId, made.sizeThen, made.seq % made.sizeThen, _leavesOf(made)) {
                ++escapes;
            } catch {}
            return;
        }
        _answer(made.demandId, made.sizeThen, made.seq, _leavesOf(made), 1);
        made.settled = true;
    }

    function tryAnswer(bytes32 demandId, uint64 size, uint64 seq, bytes32[] memory leaves) external {
        _answer(demandId, size, seq, leaves, 1);
    }

    function _leavesOf(Promise storage made) private view returns (bytes32[] memory leaves) {
        leaves = _leaves(made.receipt.leaf, 3);
        leaves[1] = made.receipt.leaf;
    }

    function _signWith(uint256 key, IReportBond.Receipt memory receipt) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _digest(receipt));
        return abi.encodePacked(r, s, v);
    }
}
