// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The tree over a batch's entries as RFC 6962 defines it, by recursion over all leaves: nothing like the loop of
/// the verifier.
library EntryTree {
    /// @dev The root over `width` leaves from `start` on.
    function root(bytes32[] memory leaves, uint256 start, uint256 width) internal pure returns (bytes32) {
        if (width == 1) return leaves[start];
        uint256 left = split(width);
        return
            sha256(
                bytes.concat(hex"01", root(leaves, start, left), root(leaves, start + left, width - left))
            );
    }

    /// @dev The inclusion path of a leaf, its sibling first.
    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes32[] memory siblings) {
        bytes32[] memory fromTheTop = new bytes32[](64);
        uint256 found;
        uint256 start = 0;
        uint256 width = leaves.length;
        while (width > 1) {
            uint256 left = split(width);
            if (index < start + left) {
                fromTheTop[found++] = root(leaves, start + left, width - left);
                width = left;
            } else {
                fromTheTop[found++] = root(leaves, start, left);
                start += left;
                width -= left;
            }
        }
        siblings = new bytes32[](found);
        for (uint256 i = 0; i < found; ++i) siblings[i] = fromTheTop[found - 1 - i];
    }

    /// @dev The largest power of two below `width`.
    function split(uint256 width) internal pure returns (uint256 left) {
        left = 1;
        while (left * 2 < width) left *= 2;
    }
}
