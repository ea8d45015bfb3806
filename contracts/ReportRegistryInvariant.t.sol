// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LogKeeper} from "./LogKeeper.t.sol";
import {ReportRegistry} from "./ReportRegistry.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev Opens logs for others and tries what only an operator, or whom a log was offered to, may do.
contract Stranger {
    ReportRegistry private immutable _registry;
    LogKeeper[2] private _logs;

    constructor(ReportRegistry registry, LogKeeper first, LogKeeper second) {
        _registry = registry;
        _logs = [first, second];
    }

    function openLog(address operator, string calldata uri) external {
        _registry.openLog(operator, uri);
    }

    function append(bool second, bytes32 root) external {
        LogKeeper log = _logs[second ? 1 : 0];
        uint64 size = log.size();
        // Whom a log was handed over to is no stranger to it.
        if (log.operator() == address(this)) return;
        _registry.append(log.logId(), size, log.totalAt(size), log.peaksAt(size), root, root, 1);
    }

    function takeLog(bool second) external {
        LogKeeper log = _logs[second ? 1 : 0];
        uint64 size = log.size();
        if (log.offered() == address(this)) return;
        _registry.acceptLog(log.logId(), log.operator(), size, log.totalAt(size), log.peaksAt(size));
    }
}

/// @dev Any sequence of appends, offers, acceptances, announcements and direct submissions, and of attempts by others,
/// keeps both heads of every log equal to the model's.
contract ReportRegistryInvariantTest is TestBase {
    ReportRegistry private _registry;
    LogKeeper private _first;
    LogKeeper private _second;
    Stranger private _stranger;

    function setUp() public {
        _registry = new ReportRegistry();
        _first = new LogKeeper(_registry);
        _second = new LogKeeper(_registry);
        _stranger = new Stranger(_registry, _first, _second);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](3);
        targets[0] = address(_first);
        targets[1] = address(_second);
        targets[2] = address(_stranger);
    }

    function invariant_HeadsEqualTheModel() external view {
        assertTrue(_registry.headOf(_first.logId()) == _first.head(), "head of the first log");
        assertTrue(_registry.headOf(_second.logId()) == _second.head(), "head of the second log");
    }

    function invariant_DirectHeadsEqualTheModel() external view {
        assertTrue(_registry.directHeadOf(_first.logId()) == _first.directHead(), "first log's lane");
        assertTrue(_registry.directHeadOf(_second.logId()) == _second.directHead(), "second log's lane");
    }

    function invariant_TotalsOnlyGrow() external view {
        assertTrue(!_first.everShrank() && !_second.everShrank(), "a total that did not grow");
    }

    function invariant_NumberedLogsExistAndNoOthers() external view {
        uint256 count = _registry.logCount();
        assertTrue(_registry.headOf(0) == 0, "log 0");
        assertTrue(_registry.headOf(count) != 0, "the newest log");
        assertTrue(_registry.headOf(count + 1) == 0, "the log after the newest");
    }
}
