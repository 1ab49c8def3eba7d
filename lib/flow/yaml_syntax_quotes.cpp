#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"
#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"
#include "flow/yaml_scene.hpp"

namespace flowrun {
namespace {

Diagnostic unclosed(std::size_t at, std::string message) {
  return {Severity::error,    std::string(Code::unclosed_quote),          {at, at + 1},
          std::move(message), "write the same quote where the text ends", nullptr};
}

// The quote of a text that begins a token, at `from` or behind it; nothing: none does before `limit`.
std::size_t next_quote(std::string_view text, std::size_t from, std::size_t limit) {
  for (std::size_t at = from; at < limit; ++at) {
    const bool begins_token = at == 0 || std::string_view(" \t\n[{,:").find(text[at - 1]) != std::string_view::npos;
    if (text[at] == '#' && begins_token) at = std::min(text.find('\n', at), limit);
    if (at < limit && begins_token && (text[at] == '"' || text[at] == '\'')) return at;
  }
  return std::string_view::npos;
}

}  // namespace

YamlExplanation explain_escape(const YamlScene& scene) {
  if (!scene.reason_is("escape character") && !scene.reason_is("hex number") && !scene.reason_is("invalid unicode"))
    return {};
  const std::size_t backslash =
      std::min(scene.text().rfind('\\', scene.offset > 0 ? scene.offset - 1 : 0), scene.offset);
  const SourceSpan span{backslash, std::max(scene.offset, backslash + 1)};
  if (scene.text().substr(backslash, 2) == "\\(") {
    return yaml_fault({backslash, backslash + 2},
                      "found `\\(` in double quotes, where YAML expects an escape of its own",
                      "put the text in single quotes: 'amount was \\(.amount)'");
  }
  return yaml_fault(span, fmt::format("found `{}`, which is no escape of YAML's", text_of(scene.text(), span)),
                    "write `\\\\` for a backslash, or put the text in single quotes");
}

YamlExplanation explain_quote(const YamlScene& scene) {
  const std::string_view text = scene.text();
  for (std::size_t at = next_quote(text, scene.progress.last_scalar, scene.offset); at != std::string_view::npos;
       at = next_quote(text, at, scene.offset)) {
    const std::size_t closing = closing_quote(text, at + 1, text[at]);
    if (closing == std::string_view::npos) {
      return explain_unclosed_quote(text, at);
    }
    const bool goes_on = text_of(text, {at, closing}).find('\n') != std::string_view::npos;
    const std::size_t last_line = scene.source.position(closing).line;
    if (goes_on && scene.offset >= closing && scene.line() == last_line) {
      return unclosed(at, fmt::format("found `{}`, which another closes only on line {}", text[at], last_line));
    }
    at = closing + 1;
  }
  return {};
}

Diagnostic explain_unclosed_quote(std::string_view text, std::size_t at) {
  const std::size_t line_begin = text.rfind('\n', at) + 1;
  const std::size_t opening = text_of(text, {line_begin, at}).find('"');
  const std::size_t colon = text.rfind(": ", line_begin + std::min(opening, at - line_begin));
  const std::size_t bracket = text.find_last_of("{[", at);
  const bool in_brackets =
      bracket != std::string_view::npos && bracket >= line_begin && colon != std::string_view::npos && colon > bracket;
  if (!in_brackets || opening == std::string_view::npos || is_complete(text_of(text, {colon + 2, at}))) {
    return unclosed(at, fmt::format("found `{}`, expected another that closes the text", text[at]));
  }
  const std::size_t comma = text.rfind(',', at);
  const std::size_t key = text.find_first_not_of(' ', text.find_last_of(",{[", colon) + 1);
  const std::string_view expression = text_of(text, {colon + 2, end_of_expression(text, colon + 2)});
  return {Severity::error,
          std::string(Code::flow_comma),
          {comma, comma + 1},
          "found `,` within brackets, which ends the text before it",
          quoting_hint(text_of(text, {key, colon}), expression),
          nullptr};
}

}  // namespace flowrun
