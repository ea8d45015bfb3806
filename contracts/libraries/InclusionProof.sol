// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Inclusion proofs of RFC 9162
/// @notice Verifies that a leaf stands at one place in a Merkle tree of SHA-256.
library InclusionProof {
    /// @notice Whether a path leads from a leaf to a root (RFC 9162 section 2.1.3.2).
    /// @param root the root of the tree
    /// @param size how many leaves the tree has
    /// @param leaf the hash of the leaf, SHA-256(00 ‖ entry)
    /// @param index the leaf's place, counted from 0
    /// @param path the inclusion path, the leaf's sibling first
    /// @return true when the tree with this root and size has this leaf at this place
    function verify(
        bytes32 root,
        uint64 size,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        if (index >= size) return false;

        // The RFC's fn, sn and r: this node's and the last node's place on the level, and the node.
        uint256 place = index;
        uint256 last = size - 1;
        bytes32 node = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return false;
            if (place & 1 == 1 || place == last) {
                node = _node(path[i], node);
                // A last node without a right sibling rises unhashed to the level where it is a right child. There is
                // such a level: an even place is the last one here, and that is not 0.
                while (place & 1 == 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                node = _node(node, path[i]);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && node == root;
    }

    /// @dev SHA-256(01 ‖ left ‖ right).
    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x01), left, right));
    }
}
