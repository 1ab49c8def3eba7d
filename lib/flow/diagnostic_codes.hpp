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
};

}  // namespace flowrun
