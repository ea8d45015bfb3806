// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LogKeeper} from "./LogKeeper.t.sol";
import {ReportRegistry} from "./ReportRegistry.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev Any sequence of appends, offers and announcements by operators and of arbitrary calls by others keeps every
/// log's head equal to the model's.
contract ReportRegistryInvariantTest is TestBase {
    ReportRegistry private _registry;
    LogKeeper private _first;
    LogKeeper private _second;

    function setUp() public {
        _registry = new ReportRegistry();
        _first = new LogKeeper(_registry);
        _second = new LogKeeper(_registry);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](3);
        targets[0] = address(_registry);
        targets[1] = address(_first);
        targets[2] = address(_second);
    }

    function invariant_HeadsEqualTheModel() external view {
        assertTrue(_registry.headOf(_first.logId()) == _first.head(), "head of the first log");
        assertTrue(_registry.headOf(_second.logId()) == _second.head(), "head of the second log");
    }

    function invariant_NumberedLogsExistAndNoOthers() external view {
        uint256 count = _registry.logCount();
        assertTrue(_registry.headOf(0) == 0, "log 0");
        assertTrue(_registry.headOf(count) != 0, "the newest log");
        assertTrue(_registry.headOf(count + 1) == 0, "the log after the newest");
    }
}
