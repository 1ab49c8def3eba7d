#include "flow/yaml_syntax.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_lexical.hpp"
#include "flow/yaml_scene.hpp"

namespace flowrun {
namespace {

Diagnostic explain_by_reason(const YamlScene& scene) {
  const SourceSpan span{scene.offset, std::min(scene.offset + 1, scene.text().size())};
  if (scene.reason_is("anchor is not defined")) {
    const SourceSpan name{scene.offset, end_of_name(scene.text(), scene.offset + 1)};
    return {Severity::error,
            std::string(Code::alias),
            name,
            fmt::format("found the alias `{}`, but no anchor of this name above it", text_of(scene.text(), name)),
            "put a text that begins with `*` in single quotes",
            nullptr};
  }
  return yaml_fault(span, fmt::format("found what is no YAML ({})", scene.refusal.reason),
                    "put texts with special characters in single quotes");
}

}  // namespace

Diagnostic yaml_fault(SourceSpan span, std::string message, std::string hint) {
  return {Severity::error, std::string(Code::yaml_syntax), span, std::move(message), std::move(hint), nullptr};
}

Diagnostic explain_refusal(const SourceText& source, const YamlRefusal& refusal, const YamlProgress& progress) {
  const YamlScene scene{source, refusal, progress, std::min(refusal.offset, source.text().size())};
  for (const auto explain :
       {explain_escape, explain_quote, explain_tab, explain_template, explain_other_bracket, explain_bracket_within,
        explain_first_characters, explain_colon, explain_bracket, explain_line}) {
    if (YamlExplanation found = explain(scene)) return *found;
  }
  return explain_by_reason(scene);
}

}  // namespace flowrun
