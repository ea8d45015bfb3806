// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReportBond} from "./ReportBond.sol";

/// @dev A wallet that signs by ERC-1271 what two approvals were given for, acts for anybody and does not take ether.
contract Multisig {
    mapping(bytes32 digest => uint256 approvals) private _approvals;

    function approve(bytes32 digest) external {
        ++_approvals[digest];
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return _approvals[digest] == 2 ? bytes4(0x1626ba7e) : bytes4(0);
    }

    function act(address target, bytes calldata data) external payable returns (bytes memory) {
        (bool done, bytes memory result) = target.call{value: msg.value}(data);
        if (done) return result;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }
}

/// @dev Demands, and collects once more whenever it is paid.
contract Greedy {
    ReportBond private immutable _bond;

    constructor(ReportBond bond) {
        _bond = bond;
    }

    function act(bytes calldata data) external payable {
        (bool done, bytes memory result) = address(_bond).call{value: msg.value}(data);
        if (done) return;
        assembly {
            revert(add(result, 0x20), mload(result))
        }
    }

    receive() external payable {
        _bond.collect(payable(address(this)));
    }
}
