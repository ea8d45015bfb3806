// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {ReportRegistry} from "./ReportRegistry.sol";
import {TestBase} from "./TestBase.t.sol";

/// @dev Acts for whoever operates one log and keeps every batch of it, and every entry of its direct lane. Computes
/// peaks and paths anew from all of the batches, splitting the range from the left at the largest power of two: nothing
/// like the registry's carry, so that they can disagree.
contract LogKeeper is TestBase {
    ReportRegistry public immutable registry;
    uint256 public immutable logId;

    address public operator = address(this);
    address public offered;
    bool public everShrank;

    IReportRegistry.Batch[] private _batches;
    bytes[] private _directEntries;

    constructor(ReportRegistry registry_) {
        registry = registry_;
        logId = registry_.openLog(address(this), "");
    }

    function append(bytes32 root, bytes32 cidDigest, uint32 count) public {
        uint64 atLeastOne = uint64(count) + 1;
        uint64 total = totalAt(size());
        vm.prank(operator);
        registry.append(logId, size(), total, peaksAt(size()), root, cidDigest, atLeastOne);
        _batches.push(IReportRegistry.Batch(total, atLeastOne, root, cidDigest));
        if (totalAt(size()) <= total) everShrank = true;
    }

    function setUri(string calldata uri) external {
        IReportRegistry.LogState memory now_ = state();
        vm.prank(operator);
        registry.setUri(logId, now_.size, now_.total, now_.peaks, uri);
    }

    function offerLog(address to) public {
        IReportRegistry.LogState memory now_ = state();
        vm.prank(operator);
        registry.offerLog(logId, now_.size, now_.total, now_.peaks, to);
        offered = to;
    }

    function acceptLog() public {
        IReportRegistry.LogState memory now_ = state();
        vm.prank(offered);
        registry.acceptLog(logId, operator, now_.size, now_.total, now_.peaks);
        operator = offered;
        offered = address(0);
    }

    function submitDirect(address sender, bytes calldata entry) external {
        vm.prank(sender);
        registry.submitDirect(logId, entry);
        _directEntries.push(entry);
    }

    function size() public view returns (uint64) {
        return uint64(_batches.length);
    }

    function batchAt(uint256 seq) external view returns (IReportRegistry.Batch memory) {
        return _batches[seq];
    }

    function state() public view returns (IReportRegistry.LogState memory) {
        return stateAt(size());
    }

    /// @dev The state that the log had, or has, with the first `size_` batches, under today's operator.
    function stateAt(uint64 size_) public view returns (IReportRegistry.LogState memory) {
        return IReportRegistry.LogState(operator, size_, totalAt(size_), peaksAt(size_));
    }

    function head() external view returns (bytes32) {
        return keccak256(abi.encodePacked(operator, size(), totalAt(size()), peaksAt(size())));
    }

    function directHead() external view returns (bytes32 folded) {
        for (uint256 i = 0; i < _directEntries.length; ++i) {
            folded = keccak256(bytes.concat(folded, sha256(bytes.concat(hex"00", _directEntries[i]))));
        }
    }

    function totalAt(uint64 size_) public view returns (uint64 total) {
        for (uint256 seq = 0; seq < size_; ++seq) total += _batches[seq].count;
    }

    function peaksAt(uint64 size_) public view returns (bytes32[] memory all) {
        uint256 found;
        bytes32[] memory room = new bytes32[](64);
        for (uint256 start = 0; start < size_; ++found) {
            uint256 width = _widest(size_ - start);
            room[found] = _root(start, width);
            start += width;
        }
        all = new bytes32[](found);
        for (uint256 i = 0; i < found; ++i) all[i] = room[i];
    }

    function path(uint256 seq) external view returns (bytes32[] memory) {
        return pathAt(size(), seq);
    }

    /// @dev The siblings from a batch up to its peak among the first `size_` batches.
    function pathAt(uint64 size_, uint256 seq) public view returns (bytes32[] memory siblings) {
        uint256 start = 0;
        uint256 width = _widest(size_);
        while (seq >= start + width) {
            start += width;
            width = _widest(size_ - start);
        }
        uint256 height = 0;
        while (1 << height < width) ++height;
        siblings = new bytes32[](height);
        while (height > 0) {
            width /= 2;
            bool left = seq < start + width;
            siblings[--height] = _root(left ? start + width : start, width);
            if (!left) start += width;
        }
    }

    function _widest(uint256 room) private pure returns (uint256 width) {
        width = 1;
        while (width * 2 <= room) width *= 2;
    }

    function _root(uint256 start, uint256 width) private view returns (bytes32) {
        if (width == 1) return keccak256(abi.encode(_batches[start]));
        return keccak256(bytes.concat(_root(start, width / 2), _root(start + width / 2, width / 2)));
    }
}
