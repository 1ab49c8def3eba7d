#pragma once

#include <optional>
#include <string>
#include <vector>

namespace flowrun {

enum class ComponentKind { source, operation, sink, codec };

/// What may be written as the value of an option, and what becomes of it (component/options.hpp).
enum class OptionType {
  text,           // std::string
  texts,          // one text or a list of them: std::vector<std::string>
  interpolation,  // text with \( ): a program
  integer,        // std::int64_t
  number,         // double
  boolean,        // bool
  duration,       // Duration; `never` where the option says so (then Duration::max())
  size,           // bytes: std::int64_t
  rate,           // records per second: double (`100/s`, `5/m`)
  choice,         // one of `choices`: std::string
  time,           // RFC 3339: Time
  expression,     // a program with exactly one output
  condition,      // a program whose output holds or not
  outputs,        // a program of any number of outputs
  fields,         // a mapping of names to programs, in the order written
  outputs_or_fields,
  expression_or_fields,
  conditions,         // a mapping of output names to conditions
  calls,              // a mapping of names to `function(e; ...)` or `{fold: ...}`: std::vector<Call>
  step,               // the id of a step above
  steps,              // a mapping of names to steps above
  options,            // a mapping of `nested` options: Options
  choice_or_options,  // one of `choices`, or a mapping of `nested` options: std::string or Options (`emit`)
  json,               // any value
  codec,              // the name of a codec, or a mapping of its name to its options: ComponentChoice
  columns,            // `true`, `false` or a list of names: csv's header
};

/// One option of a component: drives parsing, check, list, schema, the reference and completion.
struct OptionSpec {
  std::string name;
  OptionType type = OptionType::text;
  std::string doc;
  bool required = false;
  std::string default_text;  // as it would be written; empty: none
  std::string unit;
  std::optional<double> smallest;
  std::optional<double> largest;
  bool secret = false;
  bool may_be_never = false;
  std::string example;
  std::vector<std::string> choices;
  std::vector<std::string> variables;  // own variables of its expressions, in the order of their slots
  std::vector<OptionSpec> nested;
  bool free_to_change = false;  // the state of a step that goes on does not depend on it
};

/// The one declaration of a component.
struct Spec {
  ComponentKind kind = ComponentKind::operation;
  std::string name;
  std::string summary;  // one line
  /// The type of the value where it is no mapping of options (`filter: expr`); the option's name is then "".
  std::optional<OptionSpec> value;
  std::vector<OptionSpec> options;
  std::string guarantee;  // of sinks and sources, with recovery
  std::vector<std::string>
      outputs;  // besides the main one: `late`, `other`; those that the options name come with the plan
  bool has_main_output = true;
  bool can_reject = false;
  bool keeps_state = false;  // such a step must have an id where there is recovery
  std::string example;       // a whole step in YAML
};

}  // namespace flowrun
