#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "state/epoch.hpp"

namespace flowrun::state {

/// One state of one node in the store, under a number that stands for its name in keys. The chunks of its snapshot are
/// counted here, so that one that has vanished is missed.
struct StoredState {
  std::uint32_t number = 0;
  std::string node;
  std::string state;
  std::uint64_t chunks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t seals = 0;  // of all chunks, added up
};

/// Where the store stands: one row that every transaction writes anew. Epochs are counted from their ends, so 0 is none.
struct Head {
  std::uint64_t id = 0;
  std::uint64_t seed = 0;
  std::uint64_t transaction = 0;    // LMDB's number of the transaction that wrote it
  std::uint64_t epochs = 0;         // that count: the latest is one below
  bool has_prepared = false;        // the one behind them
  std::uint64_t swept = 0;          // epochs below have left nothing in `manifests` and `changes`
  std::uint64_t folded = 0;         // the snapshot has the changes of all epochs below
  std::uint64_t folding = 0;        // those below are on the way there; no fold is under way where this is `folded`
  std::uint32_t fold_state = 0;     // how far that is: all states with a lower number,
  std::uint64_t fold_hash = 0;      // and of this one all hashes below
  std::uint32_t next_state = 0;     // numbers are not given twice
  std::vector<StoredState> states;  // by number
  std::vector<std::uint32_t> discarded;  // states that have still to be swept
};

/// A chunk of an epoch's changes as it was stored.
struct StoredChunk {
  std::uint64_t first_hash = 0;
  std::uint64_t last_hash = 0;
  std::uint64_t seal = 0;
};

/// A pane that was closed in an epoch, on the worker that had the groups whose hash is `worker` modulo `workers`.
struct Closing {
  Time pane;
  std::uint32_t worker = 0;
  std::uint32_t workers = 1;

  bool covers(std::uint64_t hash) const { return hash % workers == worker; }
};

/// What an epoch changed in one state.
struct StoredChanges {
  std::uint32_t state = 0;
  std::vector<StoredChunk> chunks;
  std::vector<Closing> closings;
};

/// What an epoch consists of in the store.
struct Manifest {
  std::uint64_t epoch = 0;
  std::uint64_t bytes = 0;             // of the chunks
  std::vector<StoredChanges> changes;  // by state
};

/// Rows as they are stored, behind room for their seal. Reading gives nothing where the bytes are none of theirs.
std::string encode_row(const Head& head);
std::string encode_row(const Manifest& manifest);
std::string encode_row(const EpochNotes& notes);
std::optional<Head> decode_head(std::string_view bytes);
std::optional<Manifest> decode_manifest(std::string_view bytes);
std::optional<EpochNotes> decode_notes(std::string_view bytes);

}  // namespace flowrun::state
