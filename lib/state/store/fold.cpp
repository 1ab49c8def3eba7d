#include "state/store/fold.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "state/store/live_state.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

// A fold reads and writes the whole snapshot, so it waits until the changes are half as much; it never waits for long where
// there are few of them, and not for too many epochs, for each takes a look of its own.
constexpr std::uint64_t fewest_bytes = 1 << 20;
constexpr std::size_t most_epochs = 4096;
constexpr std::uint64_t bytes_per_epoch = 128;  // of rows, beside its changes

// What a slice takes; see bench_store for the time that it needs.
constexpr std::size_t slice_bytes = 512 << 10;
constexpr std::size_t swept_rows = 256;

bool is_folding(const Head& head) { return head.folding > head.folded; }

bool is_worth_it(const Contents& contents) {
  std::uint64_t changes = 0, snapshot = 0;
  for (const Manifest& manifest : contents.manifests) changes += manifest.bytes + bytes_per_epoch;
  for (const StoredState& state : contents.head.states) snapshot += state.bytes;
  return changes > std::max(fewest_bytes, snapshot / 2) || contents.manifests.size() > most_epochs;
}

void go_to_state(Head& head, std::uint32_t number) {
  head.fold_state = number;
  head.fold_hash = 0;
}

StoredState* state_to_fold(Head& head) {
  for (StoredState& state : head.states) {
    if (state.number < head.fold_state) continue;
    // The one in the middle of which the fold stood may have been discarded.
    if (state.number > head.fold_state) go_to_state(head, state.number);
    return &state;
  }
  return nullptr;
}

// Chunks that take the place of those of a slice.
class NewChunks {
 public:
  NewChunks() : packer_([this](const HashInterval& hashes, std::string& chunk) { take(hashes.first, chunk); }) {}

  void add(const PackedChange& change) { packer_.add(change); }

  void put(Transaction& transaction, StoredState& state) {
    packer_.finish();
    for (auto& [first_hash, sequence, chunk] : chunks_) {
      const Key key = snapshot_key(state.number, first_hash, sequence);
      ++state.chunks;
      state.bytes += chunk.size();
      state.seals += seal(Table::snapshot, key.bytes(), chunk);
      transaction.put(Table::snapshot, key.bytes(), chunk);
    }
  }

 private:
  struct Chunk {
    std::uint64_t first_hash;
    std::uint32_t sequence;  // among chunks that begin with the same hash
    std::string bytes;
  };
  void take(std::uint64_t first_hash, std::string& chunk) {
    const bool continues = !chunks_.empty() && chunks_.back().first_hash == first_hash;
    chunks_.push_back({first_hash, continues ? chunks_.back().sequence + 1 : 0, std::move(chunk)});
  }

  ChunkPacker packer_;
  std::vector<Chunk> chunks_;
};

void erase_chunks(Transaction& transaction, const LiveState::Slice& slice, StoredState& state) {
  for (const std::string_view chunk : slice.snapshot_chunks) {
    --state.chunks;
    state.bytes -= chunk.size();
    state.seals -= seal_of(chunk);
  }
  for (const std::string& key : slice.snapshot_keys) transaction.erase(Table::snapshot, key);
}

// Goes on to the first state that has changed; false: there is none.
bool find_state_to_fold(const Transaction& transaction, const Contents& contents, Head& head) {
  for (StoredState* state = state_to_fold(head); state != nullptr; state = state_to_fold(head)) {
    if (!LiveState(transaction, contents, *state, head.folding).is_folded()) return true;
    go_to_state(head, state->number + 1);
  }
  return false;
}

void replace_slice(Transaction& transaction, const Contents& contents, Head& head) {
  StoredState& state = *state_to_fold(head);
  LiveState live(transaction, contents, state, head.folding);
  const LiveState::Slice slice = live.slice(head.fold_hash, slice_bytes);
  NewChunks chunks;
  live.each(slice, [&](const Change&, const PackedChange& packed) { chunks.add(packed); });
  erase_chunks(transaction, slice, state);
  chunks.put(transaction, state);
  if (slice.hashes.last == std::numeric_limits<std::uint64_t>::max())
    go_to_state(head, state.number + 1);
  else
    head.fold_hash = slice.hashes.last + 1;
}

// Keys of a table from `from` on, as far as `is_wanted`, and no more than a sweep takes.
template <class IsWanted>
std::vector<std::string> keys_to_sweep(const Transaction& transaction, Table table, const Key& from,
                                       IsWanted&& is_wanted) {
  std::vector<std::string> keys;
  Cursor cursor(transaction, table);
  for (bool found = cursor.seek(from.bytes()); found && keys.size() < swept_rows; found = cursor.next()) {
    if (!is_wanted(cursor.key())) break;
    keys.emplace_back(cursor.key());
  }
  return keys;
}

// Whether that was all.
bool sweep(Transaction& transaction, Table table, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) transaction.erase(table, key);
  return keys.size() < swept_rows;
}

bool sweep_epochs(Transaction& transaction, Table table, std::uint64_t epochs) {
  return sweep(transaction, table, keys_to_sweep(transaction, table, epoch_key(0), [epochs](std::string_view key) {
                 std::uint64_t epoch = 0;
                 return Key::take(key, epoch) && epoch < epochs;
               }));
}

bool sweep_state(Transaction& transaction, std::uint32_t state) {
  const Key from = snapshot_key(state, 0, 0);
  return sweep(transaction, Table::snapshot,
               keys_to_sweep(transaction, Table::snapshot, from, [state](std::string_view key) {
                 std::uint32_t number = 0;
                 return Key::take(key, number) && number == state;
               }));
}

}  // namespace

bool is_fold_due(const Contents& contents) { return is_folding(contents.head) || is_worth_it(contents); }

void fold_slice(Transaction& transaction, const Contents& contents, Head& head) {
  if (!is_folding(head)) {
    head.folding = head.epochs;
    go_to_state(head, 0);
  }
  if (find_state_to_fold(transaction, contents, head)) replace_slice(transaction, contents, head);
  if (find_state_to_fold(transaction, contents, head)) return;
  // All is in the snapshot: from this transaction on the changes are not looked at any more.
  head.folded = head.folding;
}

bool is_sweep_due(const Head& head) { return head.swept < head.folded || !head.discarded.empty(); }

void sweep_slice(Transaction& transaction, Head& head) {
  if (!head.discarded.empty()) {
    if (sweep_state(transaction, head.discarded.back())) head.discarded.pop_back();
  } else if (sweep_epochs(transaction, Table::changes, head.folded) &&
             sweep_epochs(transaction, Table::manifests, head.folded)) {
    head.swept = head.folded;
  }
}

}  // namespace flowrun::state
