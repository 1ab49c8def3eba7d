#pragma once

#include "state/store/contents.hpp"
#include "state/store/lmdb.hpp"

namespace flowrun::state {

/// A fold is under way, or there is enough for one: then `fold_slice` has something to do.
bool is_fold_due(const Contents& contents);
/// Takes the changes of some hashes of one state into its snapshot and notes in `head` how far it has come. `contents` is
/// what the transaction has begun with, and `head` a copy of its head.
void fold_slice(Transaction& transaction, const Contents& contents, Head& head);

/// There are rows that nobody needs any more: then `sweep_slice` has something to do.
bool is_sweep_due(const Head& head);
/// Removes some of them.
void sweep_slice(Transaction& transaction, Head& head);

}  // namespace flowrun::state
