#pragma once

#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "expr/eval_reader.hpp"
#include "record/value.hpp"

namespace flowrun::expr {

/// What `flowrun eval` was told; as in jq.
struct EvalOptions {
  std::string expression;
  bool null_input = false;   // -n: one evaluation over null
  bool slurp = false;        // -s: all values as one array
  bool raw_output = false;   // -r: texts without quotes
  bool join_output = false;  // -j: the same, without newlines
  bool compact = false;      // -c
  bool sort_keys = false;    // -S
  bool exit_status = false;  // -e: exit 1 where the last output does not hold, 4 where there was none
  bool tab = false;          // --tab
  int indent = 2;            // --indent, 0 to 7; 0 is compact
  std::vector<std::pair<std::string, std::string>> text_arguments;  // --arg
  std::vector<std::pair<std::string, std::string>> json_arguments;  // --argjson: the value's text
};

/// Evaluates the expression over each JSON value of `input` (values may follow each other in any way, or not at all) and
/// prints each output to `output`. Faults go to `errors`. Returns the exit code: 0, or 2 for a bad option or unreadable
/// input, 3 for a fault of the expression, 5 after an error that nothing caught, and those of -e.
int evaluate_stream(const EvalOptions& options, const ReadBytes& input, std::ostream& output, std::ostream& errors);

}  // namespace flowrun::expr
