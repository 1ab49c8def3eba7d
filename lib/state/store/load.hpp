#pragma once

#include "state/store/contents.hpp"

namespace flowrun::state {

/// Store::load on what a transaction sees.
void load(const Transaction& transaction, const Contents& contents, const Store::Visit& visit);

/// Goes through the chunks of the snapshot as they lie in the file, each checked and without its seal. At the end all
/// of every state must have been there.
using VisitChunk = std::function<void(const StoredState& state, std::uint64_t first_hash, std::string_view chunk)>;
void each_snapshot_chunk(const Transaction& transaction, const Head& head, const VisitChunk& visit);

/// The change at the front of a chunk, which is taken off.
Change take_change(const std::string& folder, std::string_view& chunk);

}  // namespace flowrun::state
