#pragma once

#include <string>
#include <string_view>

#include "flow/position.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// What to write instead where an expression is due and `value` is none (a sequence, a mapping, empty), or is a text whose
/// expression is broken, since YAML cut or changed it (` #`, a comma within { }, quotes that YAML took). `name` is the key
/// before it; `is_field` says that it names a field of a record. Empty where YAML is not to blame.
std::string expression_hint(const SourceText& source, std::string_view name, const YamlNode& value,
                            bool is_field = false);

/// What to write instead where a text is due, and `value` is a mapping or a broken template, since YAML took its braces or cut
/// it. Empty where YAML is not to blame.
std::string template_hint(const SourceText& source, std::string_view name, const YamlNode& value);

}  // namespace flowrun
