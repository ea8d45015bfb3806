// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Merkle mountain range over a log's batches
/// @notice Heads, leaves, appends and batch proofs of a log, with keccak256.
/// @dev The leaves of a range of `size` batches stand in perfect trees, mountains, one for each bit set in `size`, the
/// largest on the left. Preimages of leaves have 128 bytes, of nodes 64, of heads 36 + 32n, which is neither: no
/// hash can stand for one of another kind.
library MountainRange {
    /// @notice The head of a log.
    /// @param operator the log's operator
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, the largest mountain first
    /// @return the head
    function head(
        address operator,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks
    ) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(operator, size, total, peaks));
    }

    /// @notice The leaf of a batch.
    /// @param firstIndex how many entries the log held before the batch
    /// @param count how many entries the batch holds
    /// @param root the Merkle root of the batch's entries
    /// @param cidDigest the digest in the CID of the batch file
    /// @return the leaf
    function leafOf(
        uint256 firstIndex,
        uint256 count,
        bytes32 root,
        bytes32 cidDigest
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(firstIndex, count, root, cidDigest));
    }

    /// @notice Adds a leaf on the right of a range.
    /// @dev Equal mountains merge as the ones of a binary counter carry: each bit set at the end of `size` is a
    /// mountain that goes into the new peak. The peaks after the append are `peaks[:kept]` and then `peak`.
    /// @param size how many leaves the range has before
    /// @param peaks the peaks before, the largest mountain first, one for each bit set in `size`
    /// @param leaf the new leaf
    /// @return kept how many of the peaks remain
    /// @return peak the last peak after the append
    function push(
        uint64 size,
        bytes32[] calldata peaks,
        bytes32 leaf
    ) internal pure returns (uint256 kept, bytes32 peak) {
        kept = peaks.length;
        peak = leaf;
        for (uint256 carry = size; carry & 1 == 1; carry >>= 1) {
            peak = _node(peaks[--kept], peak);
        }
    }

    /// @notice Whether a range has a leaf at a place.
    /// @dev `size` and `peaks` must be known to belong together, as those behind a head are.
    /// @param size how many leaves the range has
    /// @param peaks its peaks, the largest mountain first
    /// @param leaf the leaf
    /// @param seq the leaf's place, counted from 0
    /// @param path the siblings from the leaf up to its peak; as many as the mountain is high
    /// @return true when the path leads from the leaf at this place to the peak
    function verify(
        uint64 size,
        bytes32[] calldata peaks,
        bytes32 leaf,
        uint64 seq,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        if (seq >= size) return false;
        (uint256 mountain, uint256 height, uint256 place) = _locate(size, seq);
        if (path.length != height) return false;

        bytes32 node = leaf;
        for (uint256 i = 0; i < height; ++i) {
            node = (place >> i) & 1 == 1 ? _node(path[i], node) : _node(node, path[i]);
        }
        return node == peaks[mountain];
    }

    /// @dev Which mountain the leaf number `seq` < `size` stands in, counted from the largest, how high that is, and
    /// the leaf's place inside it.
    function _locate(
        uint256 size,
        uint256 seq
    ) private pure returns (uint256 mountain, uint256 height, uint256 place) {
        place = seq;
        for (height = 63; ; --height) {
            uint256 width = size & (1 << height);
            if (place < width) return (mountain, height, place);
            if (width != 0) {
                place -= width;
                ++mountain;
            }
        }
    }

    /// @dev keccak256(left ‖ right). In the scratch space, where it allocates nothing: an append pays for this once for
    /// each mountain that merges.
    function _node(bytes32 left, bytes32 right) private pure returns (bytes32 hash) {
        // solhint-disable-next-line no-inline-assembly
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            hash := keccak256(0x00, 0x40)
        }
    }
}
