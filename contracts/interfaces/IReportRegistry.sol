// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Registry of exposure reports
/// @notice Anchors each relayer's append-only sequence of batches, called a log, in one storage word.
/// @dev A log's head is keccak256(abi.encodePacked(address operator, uint64 size, uint64 total, bytes32[] peaks)):
/// `size` batches that hold `total` entries, and the peaks of a Merkle mountain range over the batches, from the
/// largest mountain to the smallest. Callers show the state behind the head; nothing but the head is stored.
///
/// A log has a direct lane, too: a second hash chain, which anyone may extend by an entry that the log's operator does
/// not take. Its head starts at zero and becomes keccak256(abi.encodePacked(bytes32 head, bytes32 leaf)) with each
/// entry, where leaf = SHA-256(00 ‖ entry). Readers read both lanes; neither moves the other.
interface IReportRegistry {
    /// @notice The preimage of a log's head.
    /// @param operator the account that may append to the log
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, one for each bit set in `size`, the largest mountain first
    struct LogState {
        address operator;
        uint64 size;
        uint64 total;
        bytes32[] peaks;
    }

    /// @notice What one leaf of a log's mountain range commits to.
    /// @param firstIndex how many entries the log held before this batch
    /// @param count how many entries the batch holds
    /// @param root the RFC 9162 Merkle root (SHA-256) of the batch's entries
    /// @param cidDigest the SHA-256 digest in the CID (version 1, raw) of the batch file
    struct Batch {
        uint64 firstIndex;
        uint64 count;
        bytes32 root;
        bytes32 cidDigest;
    }

    /// @notice A log was opened.
    /// @param logId the new log
    /// @param operator the account that may append to it
    /// @param uri where the operator's relayer can be reached
    event LogOpened(uint256 indexed logId, address indexed operator, string uri);

    /// @notice A batch was appended to a log.
    /// @param logId the log
    /// @param root the RFC 9162 Merkle root of the batch's entries
    /// @param cidDigest the SHA-256 digest in the CID of the batch file
    /// @param position `seq << 128 | firstIndex << 64 | count`, 64 bits each: how many batches and how many entries
    /// the log held before this batch, and how many entries the batch holds
    event BatchAppended(uint256 indexed logId, bytes32 root, bytes32 cidDigest, uint256 position);

    /// @notice A log was offered to another account, or an offer was withdrawn.
    /// @param logId the log
    /// @param operator its operator, who made the offer
    /// @param to who may accept it; zero when the offer was withdrawn
    event LogOffered(uint256 indexed logId, address indexed operator, address indexed to);

    /// @notice An offered log was accepted and has a new operator.
    /// @param logId the log
    /// @param from the operator before
    /// @param to the operator from now on
    event LogAccepted(uint256 indexed logId, address indexed from, address indexed to);

    /// @notice An operator announced where its relayer can be reached.
    /// @param logId the log
    /// @param uri the new address, which replaces every earlier one
    event UriSet(uint256 indexed logId, string uri);

    /// @notice Somebody put an entry into a log's direct lane.
    /// @dev The order of these events in the chain is the order of the lane.
    /// @param logId the log
    /// @param entry the entry: a kind and a body, which the contract does not look into
    event EntrySubmitted(uint256 indexed logId, bytes entry);

    /// @notice The operator and state that were shown do not hash to the log's head. They are outdated or made up,
    /// the caller is not the operator, or there is no such log.
    /// @param logId the log
    error StaleHead(uint256 logId);

    /// @notice A log cannot be opened for the zero address: nobody could append to it.
    error OperatorZero();

    /// @notice A batch without entries cannot be appended.
    /// @param logId the log
    error BatchEmpty(uint256 logId);

    /// @notice The log is not on offer to the caller.
    /// @param logId the log
    /// @param caller who tried to accept it
    error LogNotOffered(uint256 logId, address caller);

    /// @notice There is no such log.
    /// @param logId what was taken for a log
    error LogUnknown(uint256 logId);

    /// @notice An entry is empty or longer than the longest signed report with its kind, 390 bytes.
    /// @param length the entry's length
    error EntrySizeInvalid(uint256 length);

    /// @notice Opens a log. Anyone may open a log for anyone.
    /// @dev Emits {LogOpened}. Reverts with {OperatorZero}.
    /// @param operator the account that may append to the log
    /// @param uri where the operator's relayer can be reached
    /// @return logId the new log; logs are numbered from 1
    function openLog(address operator, string calldata uri) external returns (uint256 logId);

    /// @notice Appends a batch to a log that the caller operates.
    /// @dev The state shown must be the log's current one, so one transaction can never append twice, and an append
    /// that was built on another history than the chain's fails. Emits {BatchAppended}. Reverts with {StaleHead},
    /// {BatchEmpty}, or Panic(0x11) when the total would not fit 64 bits.
    /// @param logId the log
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, the largest mountain first
    /// @param root the RFC 9162 Merkle root of the new batch's entries
    /// @param cidDigest the SHA-256 digest in the CID of the new batch's file
    /// @param count how many entries the new batch holds, at least 1
    function append(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        bytes32 root,
        bytes32 cidDigest,
        uint64 count
    ) external;

    /// @notice Offers a log that the caller operates to another account, in place of any earlier offer.
    /// @dev The caller remains the operator, and the offer stays open across appends, until it is accepted or
    /// replaced. Emits {LogOffered}. Reverts with {StaleHead}.
    /// @param logId the log
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, the largest mountain first
    /// @param to who may accept the log; zero withdraws the offer
    function offerLog(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        address to
    ) external;

    /// @notice Makes the caller the operator of a log that was offered to it. The offer is used up.
    /// @dev Emits {LogAccepted}. Reverts with {LogNotOffered} or {StaleHead}.
    /// @param logId the log
    /// @param operator the operator who made the offer
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, the largest mountain first
    function acceptLog(
        uint256 logId,
        address operator,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks
    ) external;

    /// @notice Announces where the relayer of a log that the caller operates can be reached.
    /// @dev Emits {UriSet}. Reverts with {StaleHead}.
    /// @param logId the log
    /// @param size how many batches the log holds
    /// @param total how many entries these batches hold together
    /// @param peaks the roots of the mountains, the largest mountain first
    /// @param uri the new address
    function setUri(
        uint256 logId,
        uint64 size,
        uint64 total,
        bytes32[] calldata peaks,
        string calldata uri
    ) external;

    /// @notice Puts an entry into a log's direct lane. Anyone may, and pays for it; the log's head stays as it is.
    /// @dev Emits {EntrySubmitted}. Reverts with {EntrySizeInvalid} or {LogUnknown}. An entry that stands in the lane
    /// already is put there once more: readers count it once.
    /// @param logId the log
    /// @param entry the entry, 1 to 390 bytes
    function submitDirect(uint256 logId, bytes calldata entry) external;

    /// @notice The word that commits to a log's operator and whole history.
    /// @param logId the log
    /// @return head the head; zero when there is no such log
    function headOf(uint256 logId) external view returns (bytes32 head);

    /// @notice The word that commits to every entry of a log's direct lane and their order.
    /// @param logId the log
    /// @return head the head of the lane; zero as long as it is empty
    function directHeadOf(uint256 logId) external view returns (bytes32 head);

    /// @notice How many logs were ever opened. They have the numbers from 1 to this.
    /// @return count the number of logs
    function logCount() external view returns (uint256 count);

    /// @notice Whether a log holds a batch at a place.
    /// @dev Reverts with {StaleHead} when `state` is not the log's current one.
    /// @param logId the log
    /// @param state the log's current state
    /// @param batch the batch
    /// @param seq the batch's place in the log, counted from 0
    /// @param path the siblings from the batch's leaf up to the peak of its mountain
    /// @return held true when the log holds exactly this batch at exactly this place
    function verifyBatch(
        uint256 logId,
        LogState calldata state,
        Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path
    ) external view returns (bool held);

    /// @notice Whether a log holds an entry at a place in a batch.
    /// @dev Reverts with {StaleHead} when `state` is not the log's current one.
    /// @param logId the log
    /// @param state the log's current state
    /// @param batch the batch that holds the entry
    /// @param seq the batch's place in the log, counted from 0
    /// @param path the siblings from the batch's leaf up to the peak of its mountain
    /// @param leaf SHA-256(00 ‖ entry)
    /// @param index the leaf's place in the batch, counted from 0
    /// @param entryPath the leaf's inclusion path (RFC 9162 section 2.1.3)
    /// @return held true when the log holds exactly this batch and the batch this leaf, at exactly these places
    function verifyEntry(
        uint256 logId,
        LogState calldata state,
        Batch calldata batch,
        uint64 seq,
        bytes32[] calldata path,
        bytes32 leaf,
        uint64 index,
        bytes32[] calldata entryPath
    ) external view returns (bool held);
}
