#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flow/flow_test.hpp"
#include "testing/capture.hpp"

namespace flowrun {

/// As tests compare: numbers that are not both whole agree up to 1e-12 of the larger, keys of objects in any order, and what
/// JSON cannot hold is what it would be written as.
bool agrees(const Value& expected, const Value& got);
/// Of an expected record what is written.
bool agrees(const TestRecord& expected, const CapturedRecord& got);

/// Pairs two lists whose items may stand in any order: as many pairs as there can be.
struct Pairing {
  std::vector<std::size_t> missing;     // of the first list: without a partner
  std::vector<std::size_t> unexpected;  // of the second
  bool is_whole() const { return missing.empty() && unexpected.empty(); }
};
Pairing pair_up(std::size_t expected, std::size_t got, const std::function<bool(std::size_t, std::size_t)>& may_pair);

/// Where two values first differ, and how: ".total: expected 3, got 2"; empty where they agree.
std::string first_difference(const Value& expected, const Value& got);

}  // namespace flowrun
