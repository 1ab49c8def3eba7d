#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "component/spec.hpp"
#include "flow/option_text.hpp"
#include "flow/scope.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// An entry of `params`.
struct Parameter {
  OptionSpec spec;
  const YamlNode* written_default = nullptr;
  bool broken = false;  // its declaration has faults
};

/// Values as they came from outside the flow file: texts of the command line and the environment, by name.
struct GivenParameters {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::string> origins;  // of each: "-p region", "FLOWRUN_PARAM_REGION", "region" of a file
  std::map<std::string, std::string> places;   // of each that is of a file: "params.yaml:1:4"
  bool assume_missing = false;                 // one that is required and not given may be anything (check)
};

/// The declared parameters; every fault of the mapping is reported.
std::vector<Parameter> read_parameters(const YamlNode& params, Scope& scope);

/// Gives every declared parameter its value and defines `$params`. Returns what is wrong with the given values (not of its
/// type, of no parameter that was declared, missing though required), a line each; those parameters may be anything.
std::vector<std::string> define_parameters(const std::vector<Parameter>& parameters, const GivenParameters& given,
                                           Scope& scope);

/// What is wrong with a text that is given for a parameter, or nothing.
std::optional<TextFault> fault_of_given(const OptionSpec& spec, const std::string& text, Arena& arena);

/// What stands in a YAML node as a JSON value: plain null, true, false and JSON's numbers, else text.
Value yaml_value(const YamlNode& node, Arena& arena);

}  // namespace flowrun
