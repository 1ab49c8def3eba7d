#pragma once

#include <string>
#include <string_view>

#include "flow/position.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// What to write instead where an expression is due and `value` is none (a sequence, a mapping, empty), or is a text whose
/// expression is broken since YAML cut or changed it (` #`, a comma within { }, ...). `name` is the key before it. Empty where
/// YAML is not to blame.
std::string expression_hint(const SourceText& source, std::string_view name, const YamlNode& value);

/// What to write instead where a template `${{ }}` or a text is due and `value` is a mapping that braces made, or the text is
/// a template that YAML changed. Empty where YAML is not to blame.
std::string template_hint(const SourceText& source, std::string_view name, const YamlNode& value);

}  // namespace flowrun
