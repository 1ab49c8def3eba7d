#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/diagnostic.hpp"
#include "flow/flow_test.hpp"
#include "flow/step_reader.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// The steps and outputs that tests can name: also those of a flow that has faults, of which some are not known.
class TestNames {
 public:
  TestNames(const std::vector<StepDraft>& drafts, Diagnostics& diagnostics);

  struct Name {
    std::string id;
    std::string operation;  // empty: not known
    StepOutputs outputs;
    bool is_broken = false;    // its outputs are not known
    bool takes_bytes = false;  // of a source
    bool has_time = false;
    bool is_source() const { return operation == "source"; }
  };
  const Name& at(std::size_t step) const { return names_[step]; }

  /// What `node` names, or nothing where it names nothing of that kind: that is reported, unless what it would mean has
  /// faults of its own.
  std::optional<std::size_t> source(const YamlNode& node) const;
  std::optional<std::size_t> step(const YamlNode& node) const;
  /// A step, source, sink, or an output of one: `per_user.late`, `per_user.errors`.
  std::optional<Stream> stream(const YamlNode& node) const;
  std::vector<std::size_t> sources() const;

 private:
  std::optional<std::size_t> find(std::string_view id) const;
  void report_unknown(const YamlNode& node, const std::vector<std::string>& known, std::string_view kind) const;
  std::vector<std::string> ids(bool sources_only) const;

  std::vector<Name> names_;
  bool all_known_ = true;
  Diagnostics& diagnostics_;
};

}  // namespace flowrun
