#pragma once

#include <array>
#include <cstdint>

namespace flowrun {

/// What went through a stage, or through a node on all workers.
struct StageCounts {
  std::uint64_t records_in = 0;             // of a source: that it has read
  std::uint64_t records_out = 0;            // of all outputs, `errors` included
  std::array<std::uint64_t, 6> rejected{};  // by RejectKind
  std::uint64_t late = 0;
};

}  // namespace flowrun
