// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The registry that Tocsin would be if it stored every root
/// @notice For comparison only: one fresh storage slot a batch, the same operator check, exactly-once rule and event.
contract SlotPerBatch {
    mapping(uint256 logId => address operator) public operatorOf;
    mapping(uint256 logId => mapping(uint256 seq => bytes32 root)) public rootOf;

    event BatchAppended(uint256 indexed logId, bytes32 root, bytes32 cidDigest, uint256 position);

    error NotTheOperator();
    error AlreadyAppended();

    function openLog(uint256 logId) external {
        if (operatorOf[logId] != address(0)) revert NotTheOperator();
        operatorOf[logId] = msg.sender;
    }

    function append(
        uint256 logId,
        uint64 seq,
        uint64 firstIndex,
        bytes32 root,
        bytes32 cidDigest,
        uint64 count
    ) external {
        if (operatorOf[logId] != msg.sender) revert NotTheOperator();
        if (rootOf[logId][seq] != 0) revert AlreadyAppended();
        rootOf[logId][seq] = root;
        emit BatchAppended(
            logId,
            root,
            cidDigest,
            (uint256(seq) << 128) | (uint256(firstIndex) << 64) | count
        );
    }
}
