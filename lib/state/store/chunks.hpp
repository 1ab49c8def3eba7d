#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "state/epoch.hpp"
#include "state/store/head.hpp"

namespace flowrun::state {

/// From the first to the last, both included.
struct HashInterval {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// A change as it lies in a log or a chunk, found but not copied.
struct PackedChange {
  std::uint64_t hash = 0;
  std::string_view bytes;  // as ChangeLog packed it
};

/// Changes of one state from the logs of all workers, brought in the order of chunks: by hash, then pane, then group, each
/// once, the latest. Closings are kept apart. The logs must stay alive.
class SortedChanges {
 public:
  /// In the order in which they happened, as far as they are about the same group.
  void add(const StateChanges& changes);
  void sort();

  const std::vector<PackedChange>& changes() const { return changes_; }
  const std::vector<Closing>& closings() const { return closings_; }

 private:
  void spread_by_hash();
  void drop_superseded();

  std::vector<PackedChange> changes_;
  std::vector<Closing> closings_;
  std::vector<PackedChange> spread_;
};

/// Whether one change stands before another in a chunk; of changes of the same group, neither does.
bool is_before(const Change& left, const Change& right);
bool is_same_group(const Change& left, const Change& right);

/// Packs changes that come in order into chunks, and hands on each that is full.
class ChunkPacker {
 public:
  /// `chunk` begins with room for the seal.
  using Take = std::function<void(const HashInterval& hashes, std::string& chunk)>;
  explicit ChunkPacker(Take take) : take_(std::move(take)) {}

  void add(const PackedChange& change);
  void finish();

  /// What fits into 16 pages of 4 KiB behind LMDB's header: one byte more would cost a page. A single change that is
  /// larger has a chunk of its own.
  static constexpr std::size_t most_bytes = 16 * 4096 - 16;

 private:
  Take take_;
  HashInterval hashes_;
  std::string chunk_;
};

}  // namespace flowrun::state
