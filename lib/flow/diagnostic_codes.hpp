#pragma once

#include <string_view>

namespace flowrun {

/// The names in `error[code]`: stable, for people to look up and for tools to match. Each stands here and nowhere else;
/// tests/flows/bad has a file for each. Expressions bring codes of their own (expr/).
struct Code {
  // The file is no YAML that a flow can be.
  static constexpr std::string_view encoding = "encoding";
  static constexpr std::string_view control_character = "control-character";
  static constexpr std::string_view file_size = "file-size";
  static constexpr std::string_view empty_file = "empty-file";
  static constexpr std::string_view yaml_syntax = "yaml-syntax";
  static constexpr std::string_view unclosed_quote = "unclosed-quote";
  static constexpr std::string_view several_documents = "several-documents";
  static constexpr std::string_view nesting = "nesting";
  static constexpr std::string_view tag = "tag";
  static constexpr std::string_view alias = "alias";
  static constexpr std::string_view merge = "merge";
  static constexpr std::string_view key_type = "key-type";
  static constexpr std::string_view duplicate_key = "duplicate-key";
  static constexpr std::string_view flow_comma = "flow-comma";

  // Keys and values.
  static constexpr std::string_view unknown_key = "unknown-key";
  static constexpr std::string_view missing_key = "missing-key";
  static constexpr std::string_view wrong_type = "wrong-type";
  static constexpr std::string_view out_of_range = "out-of-range";
  static constexpr std::string_view unknown_choice = "unknown-choice";
  static constexpr std::string_view bad_name = "bad-name";
  static constexpr std::string_view bad_duration = "bad-duration";
  static constexpr std::string_view bad_size = "bad-size";
  static constexpr std::string_view bad_rate = "bad-rate";
  static constexpr std::string_view functions_file = "functions-file";

  // Templates.
  static constexpr std::string_view template_in_expression = "template-in-expression";
  static constexpr std::string_view template_open = "template-open";
  static constexpr std::string_view template_failed = "template-failed";

  // Steps and what they read.
  static constexpr std::string_view no_operator = "no-operator";
  static constexpr std::string_view several_operators = "several-operators";
  static constexpr std::string_view unknown_operator = "unknown-operator";
  static constexpr std::string_view no_connector = "no-connector";
  static constexpr std::string_view unknown_connector = "unknown-connector";
  static constexpr std::string_view unknown_codec = "unknown-codec";
  static constexpr std::string_view unknown_call = "unknown-call";
  static constexpr std::string_view bad_id = "bad-id";
  static constexpr std::string_view duplicate_id = "duplicate-id";
  static constexpr std::string_view missing_from = "missing-from";
  static constexpr std::string_view from_at_source = "from-at-source";
  static constexpr std::string_view from_at_sides = "from-at-sides";
  static constexpr std::string_view step_below = "step-below";
  static constexpr std::string_view unknown_step = "unknown-step";
  static constexpr std::string_view unknown_output = "unknown-output";
  static constexpr std::string_view unread = "unread";
  static constexpr std::string_view skip_under_errors = "skip-under-errors";
  static constexpr std::string_view no_source = "no-source";
  static constexpr std::string_view no_sink = "no-sink";
  static constexpr std::string_view endless_input = "endless-input";
  static constexpr std::string_view late_time = "late-time";
  static constexpr std::string_view unbounded_state = "unbounded-state";
  static constexpr std::string_view no_event_time = "no-event-time";
  static constexpr std::string_view windows_by_arrival = "windows-by-arrival";
  static constexpr std::string_view provisional_results = "provisional-results";
  static constexpr std::string_view resource_conflict = "resource-conflict";

  // Tests.
  static constexpr std::string_view duplicate_test = "duplicate-test";
  static constexpr std::string_view given_and_script = "given-and-script";
  static constexpr std::string_view not_a_source = "not-a-source";
  static constexpr std::string_view not_accepted = "not-accepted";
  static constexpr std::string_view after_end = "after-end";
};

}  // namespace flowrun
