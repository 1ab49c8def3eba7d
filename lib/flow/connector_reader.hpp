#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "flow/flow.hpp"
#include "flow/option_reader.hpp"

namespace flowrun {

/// Reads what stands behind `source:` and `sink:`: a connector and its options, among those that every source or sink has.
class ConnectorReader {
 public:
  ConnectorReader(Scope& scope, const Registry& registry)
      : scope_(scope), diagnostics_(scope.diagnostics()), registry_(registry), options_(scope, registry) {}

  /// Sets the work, the component and the outputs of `step`. False: faults were reported.
  bool read_source(const YamlNode& node, Step& step);
  bool read_sink(const YamlNode& node, Step& step);

 private:
  // `file: {...}`, or its bare name.
  struct Connector {
    const YamlNode* name = nullptr;
    const YamlNode* options = nullptr;
    YamlNode rest;                        // the mapping without it
    std::unique_ptr<YamlNode> bare_name;  // with its template evaluated
    std::unique_ptr<YamlNode> shorthand;  // the options of a bare name
  };
  std::optional<Connector> find_connector(const YamlNode& node, std::string_view kind,
                                          const std::vector<std::string>& known, const std::vector<OptionSpec>& common);
  void take_connector(const std::vector<OptionSpec>& common, Connector& connector);
  bool read_decoder(const Options& common, const YamlNode& node, SourceStep& source);
  bool read_time(const Options& common, const YamlNode& node, Step& step, SourceStep& source);
  bool check_no_watermark(const YamlNode& node);
  bool read_key(const Options& common, const YamlNode& node, Step& step, SourceStep& source);
  bool read_encoder(const Options& common, const YamlNode& node, SinkStep& sink);

  Scope& scope_;
  Diagnostics& diagnostics_;
  const Registry& registry_;
  OptionReader options_;
};

}  // namespace flowrun
