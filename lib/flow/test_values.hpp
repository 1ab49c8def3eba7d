#pragma once

#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "flow/flow_test.hpp"
#include "flow/option_reader.hpp"
#include "flow/scope.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// Reads the values and records of tests. Every fault is reported at its place.
class TestValueReader {
 public:
  TestValueReader(Scope& scope, const Registry& registry) : scope_(scope), options_(scope, registry) {}

  /// As JSON: plain `null`, `true`, `false` and JSON's numbers, else text; templates are evaluated.
  Value value(const YamlNode& node);
  std::vector<TestRecord> values(const YamlNode& list, std::string_view name);
  /// A list of `{value, key, time, meta}`.
  std::vector<TestRecord> records(const YamlNode& list, std::string_view name);
  /// `key`, `time` and `meta` of a mapping, where they are written.
  void read_columns(const YamlNode& mapping, TestRecord& record);

  /// The option of `mapping` called `spec.name`; nothing where it is not written, or after its faults were reported.
  template <class T>
  std::optional<T> option(const OptionSpec& spec, const YamlNode& mapping) {
    const YamlEntry* const entry = mapping.find(spec.name);
    if (entry == nullptr) return std::nullopt;
    const auto read = options_.read_value(spec, *entry->value);
    if (!read) return std::nullopt;
    return std::get<T>(*read);
  }

  /// Reports every key that is not among `known`; `what` names the mapping: "a test". Returns the known ones that they are
  /// probably meant to be, which are not missing then.
  std::set<std::string> check_keys(const YamlNode& mapping, const std::vector<std::string>& known,
                                   std::string_view what);
  bool require_list(const YamlNode& node, std::string_view name);

 private:
  std::optional<Time> time(const YamlNode& node);

  Scope& scope_;
  OptionReader options_;
};

}  // namespace flowrun
