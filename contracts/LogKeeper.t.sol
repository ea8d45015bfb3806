// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IReportRegistry} from "./interfaces/IReportRegistry.sol";
import {ReportRegistry} from "./ReportRegistry.sol";

/// @dev Operates one log and keeps every batch of it. Computes peaks and paths anew from all of the batches, splitting
/// the range from the left at the largest power of two: nothing like the registry's carry, so that they can disagree.
contract LogKeeper {
    ReportRegistry public immutable registry;
    uint256 public immutable logId;

    IReportRegistry.Batch[] private _batches;
    uint64 private _total;

    constructor(ReportRegistry registry_) {
        registry = registry_;
        logId = registry_.openLog(address(this), "");
    }

    function append(bytes32 root, bytes32 cidDigest, uint32 count) public {
        uint64 atLeastOne = uint64(count) + 1;
        registry.append(logId, size(), _total, peaks(), root, cidDigest, atLeastOne);
        _batches.push(IReportRegistry.Batch(_total, atLeastOne, root, cidDigest));
        _total += atLeastOne;
    }

    function setUri(string calldata uri) external {
        registry.setUri(logId, size(), _total, peaks(), uri);
    }

    function offerLog(address to) external {
        registry.offerLog(logId, size(), _total, peaks(), to);
    }

    function size() public view returns (uint64) {
        return uint64(_batches.length);
    }

    function batchAt(uint256 seq) external view returns (IReportRegistry.Batch memory) {
        return _batches[seq];
    }

    function state() external view returns (IReportRegistry.LogState memory) {
        return IReportRegistry.LogState(address(this), size(), _total, peaks());
    }

    function head() external view returns (bytes32) {
        return keccak256(abi.encodePacked(address(this), size(), _total, peaks()));
    }

    function peaks() public view returns (bytes32[] memory all) {
        uint256 found;
        bytes32[] memory room = new bytes32[](64);
        for (uint256 start = 0; start < _batches.length; ++found) {
            uint256 width = _widest(_batches.length - start);
            room[found] = _root(start, width);
            start += width;
        }
        all = new bytes32[](found);
        for (uint256 i = 0; i < found; ++i) all[i] = room[i];
    }

    function path(uint256 seq) external view returns (bytes32[] memory siblings) {
        uint256 start = 0;
        uint256 width = _widest(_batches.length);
        while (seq >= start + width) {
            start += width;
            width = _widest(_batches.length - start);
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
