#pragma once

#include <set>
#include <vector>

#include "flow/flow_test.hpp"
#include "flow/scope.hpp"
#include "flow/test_names.hpp"
#include "flow/test_values.hpp"

namespace flowrun {

/// Reads what comes into a flow in a test: `given`, or a `script`. Every fault is reported.
class TestScriptReader {
 public:
  TestScriptReader(const TestNames& names, Scope& scope, TestValueReader& values)
      : names_(names), diagnostics_(scope.diagnostics()), values_(values) {}

  /// `{source: [value, ...]}`: all is sent, then every source ends.
  std::vector<TestEntry> read_given(const YamlNode& given);
  /// A list of `send`, `advance`, `epoch`, `crash`, `restart` and `end`. Sources that it does not name end at its beginning.
  std::vector<TestEntry> read_script(const YamlNode& script);

 private:
  std::optional<TestEntry> read_entry(const YamlEntry& entry);
  std::optional<TestEntry> read_send(const YamlNode& node);
  std::optional<TestEntry> read_crash(const YamlNode& node, const YamlNode& alone);
  std::optional<TestEntry> read_restart(const YamlNode& node, const YamlNode& alone);
  void check_accepted(const TestNames::Name& source, const YamlNode& node);
  void note_source(std::size_t source, const YamlNode& node);
  std::vector<TestEntry> ends_of_unnamed() const;

  const TestNames& names_;
  Diagnostics& diagnostics_;
  TestValueReader& values_;
  std::set<std::size_t> named_;  // sources, of the script at hand
  std::set<std::size_t> ended_;
};

}  // namespace flowrun
