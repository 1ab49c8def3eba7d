#include <algorithm>
#include <fmt/format.h>

#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"
#include "flow/yaml_scene.hpp"

namespace flowrun {
namespace {

std::string place(TextPosition position) { return fmt::format("line {}, column {}", position.line, position.column); }

}  // namespace

YamlExplanation explain_template(const YamlScene& scene) {
  const std::size_t begin = scene.offset >= 2 ? scene.text().rfind("${{", scene.offset) : std::string_view::npos;
  if (begin == std::string_view::npos || !scene.progress.open_bracket) return {};
  const std::size_t line = scene.source.position(begin).line;
  if (line != scene.line()) return {};
  const std::size_t line_end = scene.source.line_begin(line) + scene.source.line(line).size();
  const std::size_t end = std::min(scene.text().find("}}", begin), line_end);
  const std::string_view written = scene.text().substr(begin, std::min(end + 2, line_end) - begin);
  return yaml_fault({begin, begin + 3},
                    "found a template without quotes within brackets, where its braces are YAML's own",
                    fmt::format("put it in single quotes: {}", in_single_quotes(shortened(written))));
}

YamlExplanation explain_other_bracket(const YamlScene& scene) {
  if (!scene.reason_is("illegal flow end") || !scene.progress.open_bracket) return {};
  const std::size_t open = *scene.progress.open_bracket;
  return yaml_fault({scene.offset, scene.offset + 1},
                    fmt::format("found `{}`, expected a `{}` that closes the bracket of {}", scene.text()[scene.offset],
                                scene.text()[open] == '{' ? '}' : ']', place(scene.source.position(open))));
}

// `{ first: .items[0] }`: within { } a bracket or `?` ends the text before it.
YamlExplanation explain_bracket_within(const YamlScene& scene) {
  const std::string_view text = scene.text();
  const bool in_mapping = scene.progress.open_bracket && text[*scene.progress.open_bracket] == '{';
  if (!in_mapping || scene.offset >= text.size() ||
      std::string_view("[{?").find(text[scene.offset]) == std::string_view::npos)
    return {};
  const std::string_view before = text.substr(0, scene.offset);
  const std::size_t separator = before.find_last_of(",{\n");
  const std::size_t colon = before.find(": ", separator);
  if (separator == std::string_view::npos || colon == std::string_view::npos) return {};
  const std::size_t begin = text.find_first_not_of(' ', colon + 1);
  if (begin >= scene.offset) return {};
  const std::size_t end = end_of_expression(text, begin);
  const std::size_t key = text.find_first_not_of(" \n", separator + 1);
  return yaml_fault(
      {scene.offset, scene.offset + 1},
      fmt::format("found `{}` in a text without quotes within {{ }}, where it is YAML's own", text[scene.offset]),
      quoting_hint(text_of(text, {key, colon}), text_of(text, {begin, end})));
}

YamlExplanation explain_bracket(const YamlScene& scene) {
  if (!scene.reason_is("flow not found") || !scene.progress.open_bracket) return {};
  const std::size_t open = *scene.progress.open_bracket;
  const char closing = scene.text()[open] == '{' ? '}' : ']';
  if (skip_blanks_and_comments(scene.text(), scene.offset) >= scene.text().size()) {
    return yaml_fault({open, open + 1},
                      fmt::format("found `{}`, expected a `{}` that closes it", scene.text()[open], closing),
                      fmt::format("write `{}` where it ends", closing));
  }
  return yaml_fault({scene.offset, scene.offset + 1},
                    fmt::format("found `{}`, expected `,` or a `{}` that closes the bracket of {}",
                                scene.text()[scene.offset], closing, place(scene.source.position(open))));
}

}  // namespace flowrun
