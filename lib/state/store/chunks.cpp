#include "state/store/chunks.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <tuple>

#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

Change unpacked(std::string_view bytes) {
  Change change{};
  [[maybe_unused]] const bool whole = ChangeLog::take(bytes, change);
  assert(whole);
  return change;
}

}  // namespace

bool is_before(const Change& left, const Change& right) {
  return std::tie(left.hash, left.pane, left.group) < std::tie(right.hash, right.pane, right.group);
}

bool is_same_group(const Change& left, const Change& right) {
  return left.hash == right.hash && left.pane == right.pane && left.group == right.group;
}

void SortedChanges::add(const StateChanges& changes) {
  std::string_view rest = changes.changes.bytes();
  Change change{};
  while (!rest.empty()) {
    const char* const begin = rest.data();
    [[maybe_unused]] const bool whole = ChangeLog::take(rest, change);
    assert(whole);
    if (change.pane_closed)
      closings_.push_back({change.pane, changes.worker, changes.workers});
    else
      changes_.push_back({change.hash, {begin, static_cast<std::size_t>(rest.data() - begin)}});
  }
}

void SortedChanges::sort() {
  spread_by_hash();
  drop_superseded();
}

// Hashes are spread evenly, so a look at their highest bits brings nearly all where they belong; the rest is done by
// sorting the few that meet. Stable, for what happened later must stay behind.
void SortedChanges::spread_by_hash() {
  const int bits = std::max(1, static_cast<int>(std::bit_width(changes_.size())) - 2);
  const auto bucket = [shift = 64 - bits](const PackedChange& change) { return change.hash >> shift; };
  std::vector<std::uint32_t> ends((std::size_t{1} << bits) + 1);
  for (const PackedChange& change : changes_) ++ends[bucket(change) + 1];
  for (std::size_t index = 1; index < ends.size(); ++index) ends[index] += ends[index - 1];
  spread_.resize(changes_.size());
  for (const PackedChange& change : changes_) spread_[ends[bucket(change)]++] = change;
  changes_.swap(spread_);
  auto begin = changes_.begin();
  for (std::size_t index = 0; index + 1 < ends.size(); ++index) {
    const auto end = changes_.begin() + ends[index];
    std::stable_sort(begin, end, [](const PackedChange& left, const PackedChange& right) {
      if (left.hash != right.hash) return left.hash < right.hash;
      return is_before(unpacked(left.bytes), unpacked(right.bytes));
    });
    begin = end;
  }
}

void SortedChanges::drop_superseded() {
  const auto is_superseded = [](const PackedChange& change, const PackedChange& next) {
    return change.hash == next.hash && is_same_group(unpacked(change.bytes), unpacked(next.bytes));
  };
  std::size_t kept = 0;
  for (std::size_t index = 0; index < changes_.size(); ++index) {
    if (index + 1 < changes_.size() && is_superseded(changes_[index], changes_[index + 1])) continue;
    changes_[kept++] = changes_[index];
  }
  changes_.resize(kept);
}

void ChunkPacker::add(const PackedChange& change) {
  if (!chunk_.empty() && chunk_.size() + change.bytes.size() > most_bytes) finish();
  if (chunk_.empty()) {
    hashes_.first = change.hash;
    chunk_.reserve(most_bytes);
    chunk_.assign(seal_bytes, '\0');
  }
  hashes_.last = change.hash;
  chunk_ += change.bytes;
}

void ChunkPacker::finish() {
  if (chunk_.empty()) return;
  take_(hashes_, chunk_);
  chunk_.clear();
}

}  // namespace flowrun::state
