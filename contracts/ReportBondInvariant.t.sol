// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BondedRelayers} from "./BondedRelayers.t.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev Any sequence of promises, batches, demands, answers, claims, deposits and withdrawals keeps the promises of
/// the bond.
contract ReportBondInvariantTest is TestBase {
    BondedRelayers private _world;

    function setUp() public {
        _world = new BondedRelayers();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_world);
    }

    function invariant_EveryWeiIsOwedToSomebody() external view {
        assertTrue(_world.held() == _world.owed(), "balance = bonds + open counter-bonds + credits");
    }

    function invariant_AnHonestRelayerNeverLoses() external view {
        address honest = _world.honest();
        assertTrue(_world.lostByTheHonest() == 0, "a claim against the honest relayer");
        assertTrue(_world.wealth(honest) >= _world.deposited(honest), "less than it deposited");
    }

    function invariant_WhatWasNotAnchoredIsNeverAnsweredAndAlwaysClaimed() external view {
        assertTrue(_world.escapes() == 0, "an answer without the entry");
        assertTrue(_world.refusedClaims() == 0, "a due claim that reverted");
    }
}
