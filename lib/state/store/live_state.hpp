#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "state/store/chunks.hpp"
#include "state/store/closings.hpp"
#include "state/store/contents.hpp"

namespace flowrun::state {

/// One state as the snapshot and the epochs below a given one make it, interval by interval of hashes: the latest change of
/// each group, and only where that is still alive. `transaction` and `contents` must stay as they are meanwhile.
class LiveState {
 public:
  LiveState(const Transaction& transaction, const Contents& contents, const StoredState& state, std::uint64_t epochs);

  /// Nothing has changed it since the snapshot.
  bool is_folded() const { return changes_.empty(); }

  /// The next interval: about so many bytes of changes and snapshot, whose chunks it holds whole. In order of hash, pane and
  /// group. Views are valid until something is written, but in the file they lie as long as the transaction lasts.
  using Visit = std::function<void(const Change& change, const PackedChange& packed)>;
  struct Slice {
    std::vector<std::string> snapshot_keys;         // of the chunks that lie in it
    std::vector<std::string_view> snapshot_chunks;  // as stored, with their seal
    HashInterval hashes;
  };
  Slice slice(std::uint64_t first_hash, std::size_t bytes) const;
  void each(const Slice& slice, const Visit& visit);

 private:
  struct Source {
    const Manifest* manifest;
    const StoredChanges* changes;
  };
  struct Found {
    Change change;
    Age age;
    PackedChange packed;
  };
  void find_changes(const HashInterval& hashes);
  void find_changes(const HashInterval& hashes, Age age, std::string_view chunk);
  void keep_latest();

  const Transaction& transaction_;
  const Contents& contents_;
  const StoredState& state_;
  std::vector<Source> changes_;
  std::size_t bytes_ = 0;  // of changes and snapshot
  Closings closings_;
  std::vector<Found> found_;
};

}  // namespace flowrun::state
