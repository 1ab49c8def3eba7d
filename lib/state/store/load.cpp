#include "state/store/load.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "state/store/closings.hpp"
#include "state/store/fault_guard.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

// What has been met of a state's snapshot, to be compared with what the head says.
struct Met {
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t seals = 0;
};

std::string place_of(const StoredState& state, std::uint64_t first_hash) {
  return fmt::format("the chunk of {} in the snapshot from hash {:016x} on", name_of(state), first_hash);
}

bool is_discarded(const Head& head, std::uint32_t state) {
  return std::find(head.discarded.begin(), head.discarded.end(), state) != head.discarded.end();
}

void require_all(const Transaction& transaction, const Head& head, std::map<std::uint32_t, Met>& met) {
  for (const StoredState& state : head.states) {
    const Met& found = met[state.number];
    if (found.chunks != state.chunks)
      fail_damaged(transaction.folder(), fmt::format("the snapshot has {} chunks of {} instead of {}", found.chunks,
                                                     name_of(state), state.chunks));
    if (found.seals != state.seals || found.bytes != state.bytes)
      fail_damaged(transaction.folder(), "the snapshot has other chunks of " + name_of(state) + " than were stored");
  }
}

// The changes of a chunk, without those that later closings have made void.
class LiveVisits {
 public:
  LiveVisits(const Transaction& transaction, const Contents& contents, const Store::Visit& visit)
      : transaction_(transaction), contents_(contents), visit_(visit) {}

  void visit(const StoredState& state, Age age, std::string_view chunk) {
    if (state.number != state_ || closings_ == nullptr) {
      closings_ = std::make_unique<Closings>(contents_, state.number, contents_.head.epochs);
      state_ = state.number;
    }
    // The chunk has been read whole for its checksum, so the guard has nothing more to watch.
    const FaultGuard::Pause pause;
    while (!chunk.empty()) {
      const Change change = take_change(transaction_.folder(), chunk);
      if (!closings_->has_closed(change, age)) visit_(state.node, state.state, change);
    }
  }

 private:
  const Transaction& transaction_;
  const Contents& contents_;
  const Store::Visit& visit_;
  std::uint32_t state_ = 0;
  std::unique_ptr<Closings> closings_;
};

}  // namespace

Change take_change(const std::string& folder, std::string_view& chunk) {
  Change change{};
  if (!ChangeLog::take(chunk, change)) fail_damaged(folder, "a chunk holds what is no change");
  return change;
}

void each_snapshot_chunk(const Transaction& transaction, const Head& head, const VisitChunk& visit) {
  std::map<std::uint32_t, Met> met;
  Cursor cursor(transaction, Table::snapshot);
  for (bool found = cursor.seek(snapshot_key(0, 0, 0).bytes()); found; found = cursor.next()) {
    std::string_view key = cursor.key();
    std::uint32_t number = 0;
    std::uint64_t first_hash = 0;
    if (!Key::take(key, number) || !Key::take(key, first_hash))
      fail_damaged(transaction.folder(), "the snapshot has a key that is none");
    if (is_discarded(head, number)) continue;
    const StoredState* const state = find_state(head, number);
    if (state == nullptr) fail_damaged(transaction.folder(), "the snapshot has a state that there is not");
    const auto chunk = unseal(Table::snapshot, cursor.key(), cursor.value());
    if (!chunk) fail_damaged(transaction.folder(), place_of(*state, first_hash) + " does not match its checksum");
    Met& sums = met[number];
    // A damaged tree may lead round in a circle.
    if (++sums.chunks > state->chunks)
      fail_damaged(transaction.folder(), "the snapshot has too many chunks of " + name_of(*state));
    sums.bytes += cursor.value().size();
    sums.seals += seal_of(cursor.value());
    visit(*state, first_hash, *chunk);
  }
  require_all(transaction, head, met);
}

void load(const Transaction& transaction, const Contents& contents, const Store::Visit& visit) {
  LiveVisits live(transaction, contents, visit);
  each_snapshot_chunk(transaction, contents.head, [&](const StoredState& state, std::uint64_t, std::string_view chunk) {
    live.visit(state, in_snapshot, chunk);
  });
  for (const Manifest& manifest : contents.manifests)
    for (const StoredChanges& changes : manifest.changes) {
      const StoredState* const state = find_state(contents.head, changes.state);
      if (state == nullptr) continue;
      for (std::size_t chunk = 0; chunk < changes.chunks.size(); ++chunk)
        live.visit(*state, age_of(manifest), read_chunk(transaction, contents.head, manifest, changes, chunk));
    }
}

}  // namespace flowrun::state
