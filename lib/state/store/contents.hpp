#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "state/store.hpp"
#include "state/store/head.hpp"
#include "state/store/lmdb.hpp"
#include "state/store/store_folder.hpp"

namespace flowrun::state {

/// What a store holds, apart from the chunks of state themselves.
struct Contents {
  Head head;
  std::optional<EpochNotes> latest;
  std::optional<EpochNotes> prepared;
  std::deque<Manifest> manifests;  // of the epochs that are not folded
  std::optional<Manifest> prepared_manifest;
};

/// Keys of the tables.
class Key;
Key epoch_key(std::uint64_t epoch);
Key change_key(std::uint64_t epoch, std::uint32_t state, std::uint32_t chunk);
Key snapshot_key(std::uint32_t state, std::uint64_t first_hash, std::uint32_t sequence);

inline constexpr std::string_view format_key = "format";
inline constexpr std::string_view head_key = "head";
inline constexpr std::string_view format = "flowrun state 1";

/// Fails with exit 10 where the file is shorter than its pages; to read behind its end would be a fault.
void require_whole_file(const Environment& environment);
/// Fails with exit 10 where LMDB has another last transaction than it should have. `noted` was read before it was opened.
void require_last_transaction(const Environment& environment, const std::optional<LastTransaction>& noted);
/// Fails with exit 10 where a row is missing, damaged, or of another version.
Contents read_contents(const Transaction& transaction);
/// Of a row that must be there; `what` names it in the message.
std::string_view read_row(const Transaction& transaction, Table table, std::string_view key, const std::string& what);
/// A chunk of an epoch's changes without its seal, checked against it and against the manifest.
std::string_view read_chunk(const Transaction& transaction, const Head& head, const Manifest& manifest,
                            const StoredChanges& changes, std::size_t chunk);

/// Null where no state has that number.
const StoredState* find_state(const Head& head, std::uint32_t number);
/// For messages: "state `counts` of `sums`".
std::string name_of(const StoredState& state);

}  // namespace flowrun::state
