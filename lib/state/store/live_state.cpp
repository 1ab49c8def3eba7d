#include "state/store/live_state.hpp"

#include <algorithm>
#include <limits>

#include "state/store/load.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

constexpr std::uint64_t last_hash = std::numeric_limits<std::uint64_t>::max();

// The hash at which about `bytes` of `all` have gone by, as hashes are spread evenly.
std::uint64_t hash_after(std::uint64_t first, std::size_t bytes, std::size_t all) {
  if (bytes >= all) return last_hash;
  const auto width = static_cast<std::uint64_t>(static_cast<long double>(last_hash) * static_cast<long double>(bytes) /
                                                static_cast<long double>(all));
  return width < last_hash - first ? first + width : last_hash;
}

// A packed change that is taken off the front of a chunk.
PackedChange take_packed(const std::string& folder, std::string_view& chunk, Change& change) {
  const char* const begin = chunk.data();
  change = take_change(folder, chunk);
  return {change.hash, {begin, static_cast<std::size_t>(chunk.data() - begin)}};
}

std::uint64_t last_hash_of(const std::string& folder, std::string_view chunk) {
  std::uint64_t last = 0;
  while (!chunk.empty()) last = take_change(folder, chunk).hash;
  return last;
}

}  // namespace

LiveState::LiveState(const Transaction& transaction, const Contents& contents, const StoredState& state,
                     std::uint64_t epochs)
    : transaction_(transaction),
      contents_(contents),
      state_(state),
      bytes_(state.bytes),
      closings_(contents, state.number, epochs) {
  for (const Manifest& manifest : contents.manifests)
    for (const StoredChanges& changes : manifest.changes)
      if (changes.state == state.number && manifest.epoch < epochs) {
        changes_.push_back({&manifest, &changes});
        bytes_ += changes.chunks.size() == 1 ? manifest.bytes : changes.chunks.size() * ChunkPacker::most_bytes;
      }
}

LiveState::Slice LiveState::slice(std::uint64_t first_hash, std::size_t bytes) const {
  Slice slice{.hashes = {first_hash, hash_after(first_hash, bytes, bytes_)}};
  Cursor cursor(transaction_, Table::snapshot);
  for (bool found = cursor.seek(snapshot_key(state_.number, first_hash, 0).bytes()); found; found = cursor.next()) {
    std::string_view key = cursor.key();
    std::uint32_t state = 0;
    std::uint64_t hash = 0;
    if (!Key::take(key, state) || !Key::take(key, hash) || state != state_.number || hash > slice.hashes.last) break;
    const auto chunk = unseal(Table::snapshot, cursor.key(), cursor.value());
    if (!chunk || slice.snapshot_keys.size() == state_.chunks)
      fail_damaged(transaction_.folder(), "the snapshot of " + name_of(state_) + " does not match its checksums");
    slice.snapshot_keys.emplace_back(cursor.key());
    slice.snapshot_chunks.push_back(cursor.value());
    slice.hashes.last = std::max(slice.hashes.last, last_hash_of(transaction_.folder(), *chunk));
  }
  return slice;
}

void LiveState::find_changes(const HashInterval& hashes) {
  found_.clear();
  for (const auto& [manifest, changes] : changes_)
    for (std::size_t index = 0; index < changes->chunks.size(); ++index) {
      const StoredChunk& chunk = changes->chunks[index];
      if (chunk.first_hash > hashes.last || chunk.last_hash < hashes.first) continue;
      find_changes(hashes, age_of(*manifest), read_chunk(transaction_, contents_.head, *manifest, *changes, index));
    }
}

void LiveState::find_changes(const HashInterval& hashes, Age age, std::string_view chunk) {
  Change change{};
  while (!chunk.empty()) {
    const PackedChange packed = take_packed(transaction_.folder(), chunk, change);
    if (packed.hash > hashes.last) return;
    if (packed.hash >= hashes.first) found_.push_back({change, age, packed});
  }
}

void LiveState::keep_latest() {
  std::sort(found_.begin(), found_.end(), [](const Found& left, const Found& right) {
    if (left.packed.hash != right.packed.hash) return left.packed.hash < right.packed.hash;
    return is_same_group(left.change, right.change) ? left.age > right.age : is_before(left.change, right.change);
  });
  const auto end = std::unique(found_.begin(), found_.end(), [](const Found& left, const Found& right) {
    return is_same_group(left.change, right.change);
  });
  found_.erase(end, found_.end());
}

void LiveState::each(const Slice& slice, const Visit& visit) {
  find_changes(slice.hashes);
  keep_latest();
  auto next = found_.begin();
  const auto visit_change = [&] {
    if (!next->change.erased && !closings_.has_closed(next->change, next->age)) visit(next->change, next->packed);
    ++next;
  };
  Change change{};
  for (std::string_view chunk : slice.snapshot_chunks) {
    chunk.remove_prefix(seal_bytes);
    while (!chunk.empty()) {
      const PackedChange packed = take_packed(transaction_.folder(), chunk, change);
      while (next != found_.end() && is_before(next->change, change)) visit_change();
      const bool is_superseded = next != found_.end() && is_same_group(next->change, change);
      if (!is_superseded && !closings_.has_closed(change, in_snapshot)) visit(change, packed);
    }
  }
  while (next != found_.end()) visit_change();
}

}  // namespace flowrun::state
