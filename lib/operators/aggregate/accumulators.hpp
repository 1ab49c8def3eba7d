#pragma once

#include <memory>
#include <string_view>

#include "operators/aggregate/accumulator.hpp"

namespace flowrun {

// Families of functions; null where the function is of another. Only `make_accumulator` calls them.

/// count, any, all, distinct.
std::unique_ptr<const Accumulator> make_counting(std::string_view function, bool counts_all);
/// sum, avg, stddev, quantile.
std::unique_ptr<const Accumulator> make_numeric(std::string_view function, double q);
/// min, max, min_by, max_by, first, last, collect.
std::unique_ptr<const Accumulator> make_choosing(std::string_view function);

}  // namespace flowrun
