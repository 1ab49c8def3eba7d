#pragma once

#include <cstdint>

#include "state/store/lmdb.hpp"

namespace flowrun::state {

/// Looks at all pages by which LMDB (0.9) finds the rows: that they form the trees that they should, that each page of the
/// file is in one place or free, and that no free page is in use. LMDB itself trusts them, so that one flipped bit in a list of
/// free pages would make it write over rows that are still there. Fails with exit 10 where something is amiss; does nothing
/// where another process has gone on so far that the first page of the transaction is not there any more.
void check_pages(const Environment& environment, const Transaction& transaction);

}  // namespace flowrun::state
