#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "component/registry.hpp"
#include "flow/fingerprint.hpp"
#include "flow/option_text.hpp"
#include "flow/scope.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// Reads what stands in a flow file as the options that a component's Spec declares. Every fault is reported at its place.
class OptionReader {
 public:
  OptionReader(Scope& scope, const Registry& registry) : scope_(scope), registry_(registry) {}

  /// The options of a mapping; those that were not given have their defaults. `what` names the mapping in messages
  /// ("the options of `file`"). Nothing: faults were reported.
  std::optional<Options> read(const std::vector<OptionSpec>& specs, const YamlNode& mapping, std::string_view what);
  /// All defaults, for a component written without options (`sink: stdout`); `node` is where a missing one is reported.
  std::optional<Options> defaults(const std::vector<OptionSpec>& specs, const YamlNode& node, std::string_view what);
  /// One value, as `spec` declares it. Nothing: faults were reported.
  std::optional<OptionValue> read_value(const OptionSpec& spec, const YamlNode& node);

  /// What an operator, source, sink or codec was given: its options, or its one value.
  std::optional<Options> read_component(const Spec& spec, const YamlNode& node);

  /// Reads the options of a component and asks it for its plan; `node` null, as in `sink: stdout`: all defaults.
  template <class Entry>
  auto plan(const Entry& entry, const YamlNode& node)
      -> std::optional<std::decay_t<decltype(*entry.plan(std::declval<Options>()))>> {
    bool whole = true;
    const auto options = read_for_plan(entry.spec, node, whole);
    if (!options) return std::nullopt;
    auto planned = accept(entry.plan(*options), node);
    if (!whole) return std::nullopt;
    if constexpr (requires { planned->fingerprint; })
      if (planned && entry.spec.keeps_state) planned->fingerprint = fingerprint_of(entry.spec, *options);
    return planned;
  }
  /// A component's plan, or nothing after its faults were reported.
  template <class Planned>
  std::optional<Planned> accept(Result<Planned, OptionFaults> planned, const YamlNode& node) {
    if (planned) return std::move(*planned);
    report(planned.error(), node);
    return std::nullopt;
  }

  /// Reports the faults that a component found in the options at `node`.
  void report(const OptionFaults& faults, const YamlNode& node);

 private:
  /// As read_component; but a broken expression or call, which has been reported, leaves a stand-in (`whole` becomes false),
  /// so that the component can say what else is wrong. Of a broken call the arguments that are broken are null; one of which
  /// nothing is known has no function.
  std::optional<Options> read_for_plan(const Spec& spec, const YamlNode& node, bool& whole);
  ProgramPtr stand_in();
  std::optional<OptionValue> read_text(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_texts(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_scalar(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> convert(const OptionSpec& spec, const YamlNode& node, const Expanded& expanded);
  std::optional<OptionValue> read_program(const OptionSpec& spec, const YamlNode& node, bool is_field = false);
  ProgramPtr read_interpolation(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_fields(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_calls(const OptionSpec& spec, const YamlNode& node);
  std::optional<Call> read_call(const OptionSpec& spec, const YamlEntry& entry);
  std::optional<Call> read_nested_call(const OptionSpec& spec, const YamlEntry& entry);
  std::optional<OptionValue> read_steps(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_codec(const OptionSpec& spec, const YamlNode& node);
  std::optional<OptionValue> read_columns(const OptionSpec& spec, const YamlNode& node);
  bool add_default(const OptionSpec& spec, const YamlNode& node, std::string_view what, Options& options);
  bool check_key(const YamlNode& key, std::string_view what);
  static std::string example_hint(const OptionSpec& spec);
  std::optional<OptionValue> report(const YamlNode& node, const TextFault& fault);
  std::optional<OptionValue> wrong(const OptionSpec& spec, const YamlNode& node, std::string_view expected,
                                   bool is_field = false);

  Scope& scope_;
  const Registry& registry_;
  bool* whole_ = nullptr;  // set while stand-ins are wanted
};

/// What a person reads of a node: "a mapping", "`12x`", "nothing".
std::string describe(const YamlNode& node);

}  // namespace flowrun
