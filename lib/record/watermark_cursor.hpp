#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "record/batch.hpp"

namespace flowrun {

/// The watermark before each row of a batch, for rows asked for in order. Refers to the runs of the batch.
class WatermarkCursor {
 public:
  /// `before`: what held before the first row.
  WatermarkCursor(const std::vector<WatermarkRun>& runs, Time before) : runs_(runs), watermark_(before) {}

  Time before(Batch::Row row) {
    for (; next_ < runs_.size() && runs_[next_].first_row <= row; ++next_)
      watermark_ = std::max(watermark_, runs_[next_].watermark);
    return watermark_;
  }

 private:
  const std::vector<WatermarkRun>& runs_;
  Time watermark_;
  std::size_t next_ = 0;
};

}  // namespace flowrun
