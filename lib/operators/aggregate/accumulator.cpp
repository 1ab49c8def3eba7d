#include "operators/aggregate/accumulator.hpp"

#include <array>

#include "operators/aggregate/accumulators.hpp"

namespace flowrun {
namespace {

constexpr std::array functions = {
    FunctionSpec{"count", 0, 1, false, false},    FunctionSpec{"sum", 1, 1, true, false},
    FunctionSpec{"avg", 1, 1, true, false},       FunctionSpec{"min", 1, 1, false, false},
    FunctionSpec{"max", 1, 1, false, false},      FunctionSpec{"first", 1, 1, false, false},
    FunctionSpec{"last", 1, 1, false, false},     FunctionSpec{"min_by", 1, 1, false, true},
    FunctionSpec{"max_by", 1, 1, false, true},    FunctionSpec{"collect", 1, 1, false, false},
    FunctionSpec{"distinct", 1, 1, false, false}, FunctionSpec{"quantile", 2, 2, true, false},
    FunctionSpec{"stddev", 1, 1, true, false},    FunctionSpec{"any", 1, 1, false, false},
    FunctionSpec{"all", 1, 1, false, false}};

}  // namespace

std::span<const FunctionSpec> aggregate_functions() { return functions; }

const FunctionSpec* find_function(std::string_view name) {
  for (const FunctionSpec& function : functions)
    if (function.name == name) return &function;
  return nullptr;
}

std::unique_ptr<const Accumulator> make_accumulator(std::string_view function, bool counts_all, double q) {
  if (auto counting = make_counting(function, counts_all)) return counting;
  if (auto numeric = make_numeric(function, q)) return numeric;
  return make_choosing(function);
}

}  // namespace flowrun
