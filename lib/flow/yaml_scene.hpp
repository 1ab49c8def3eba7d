#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flow/diagnostic.hpp"
#include "flow/yaml_syntax.hpp"

namespace flowrun {

/// A refusal of the YAML library, and where to look for its cause. Lives during one call of explain_refusal().
struct YamlScene {
  const SourceText& source;
  const YamlRefusal& refusal;
  const YamlProgress& progress;
  std::size_t offset;  // of the refusal, within the text

  std::string_view text() const { return source.text(); }
  bool reason_is(std::string_view reason) const { return refusal.reason.find(reason) != std::string::npos; }
  std::size_t line() const { return source.position(offset).line; }
};

/// A fault with the code `yaml-syntax`.
Diagnostic yaml_fault(SourceSpan span, std::string message, std::string hint = {});

// Each looks for one kind of cause, and gives nothing where it does not find it.
using YamlExplanation = std::optional<Diagnostic>;

// yaml_syntax_quotes.cpp
YamlExplanation explain_escape(const YamlScene& scene);
YamlExplanation explain_quote(const YamlScene& scene);
// yaml_syntax_brackets.cpp
YamlExplanation explain_template(const YamlScene& scene);
YamlExplanation explain_other_bracket(const YamlScene& scene);
YamlExplanation explain_bracket_within(const YamlScene& scene);
YamlExplanation explain_bracket(const YamlScene& scene);
// yaml_syntax_lines.cpp
YamlExplanation explain_tab(const YamlScene& scene);
YamlExplanation explain_first_characters(const YamlScene& scene);
YamlExplanation explain_colon(const YamlScene& scene);
YamlExplanation explain_line(const YamlScene& scene);

}  // namespace flowrun
