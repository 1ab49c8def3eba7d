#include <algorithm>
#include <fmt/format.h>

#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"
#include "flow/yaml_scene.hpp"

namespace flowrun {
namespace {

// What stands behind the quoted text or brackets that `value` begins with; empty if nothing does.
std::string_view behind_first_part(std::string_view value) {
  std::size_t end = std::string_view::npos;
  if (value[0] == '"' || value[0] == '\'') {
    end = closing_quote(value, 1, value[0]);
  } else {
    ExpressionScan part;
    for (std::size_t i = 0; i < value.size() && end == std::string_view::npos; ++i) {
      if (part.read(value.substr(i, 1)).is_complete()) end = i;
    }
  }
  if (end == std::string_view::npos) return {};
  const std::size_t rest = value.find_first_not_of(" \t", end + 1);
  return rest == std::string_view::npos || value[rest] == ':' ? std::string_view() : value.substr(rest);
}

// How YAML takes a value that begins with this character; empty: as a plain text.
std::string_view meaning_of_first(char first) {
  switch (first) {
    case '"':
      return "begins a text in double quotes";
    case '\'':
      return "begins a text in single quotes";
    case '[':
      return "begins a sequence";
    case '{':
      return "begins a mapping";
    case '*':
      return "begins an alias";
    case '&':
      return "begins an anchor";
    case '!':
      return "begins a tag";
    case '|':
      return "begins a block of lines";
    case '>':
      return "begins a block of folded lines";
    case '%':
    case '@':
    case '`':
      return "begins nothing";
    case ',':
    case ']':
    case '}':
      return "belongs to brackets";
    case '?':
      return "begins a key";
    case '-':
      return "begins an item";
    default:
      return {};
  }
}

// A value whose first character is not the user's but YAML's.
YamlExplanation explain_first_character(const YamlScene& scene, std::size_t line) {
  const std::optional<LineValue> found = value_on_line(scene.source, line);
  if (!found) return {};
  const std::string_view value = text_of(scene.text(), found->value);
  const std::string_view meaning = meaning_of_first(value[0]);
  const bool is_name = value[0] == '*' && value.find_first_of("., ()[]|") == std::string_view::npos;
  if (meaning.empty() || is_name) return {};
  const bool has_end = std::string_view("\"'[{").find(value[0]) != std::string_view::npos;
  const std::string_view behind = has_end ? behind_first_part(value) : std::string_view();
  const bool refused_within =
      line == scene.line() && scene.offset >= found->value.begin && scene.offset <= found->value.end;
  if (has_end ? behind.empty() && !(refused_within && (value[0] == '[' || value[0] == '{')) : !refused_within)
    return {};
  std::string message = fmt::format("found `{}`, which {} in YAML", value[0], meaning);
  if (!behind.empty()) message += fmt::format(", and `{}` behind it", shortened(behind));
  return yaml_fault({found->value.begin, found->value.begin + 1}, std::move(message), quoting_hint(found->key, value));
}

// A line that should be `name: value` and is not.
Diagnostic no_entry(const YamlScene& scene, SourceSpan line) {
  const std::string_view written = text_of(scene.text(), line);
  const std::size_t colon = written.find(':');
  const bool lacks_blank =
      colon != std::string_view::npos && colon > 0 && colon + 1 < written.size() && written[colon + 1] != ' ';
  return yaml_fault(line, fmt::format("found `{}`, expected `name: value`", shortened(written)),
                    lacks_blank ? fmt::format("write a blank behind the colon: `{}: {}`", written.substr(0, colon),
                                              shortened(written.substr(colon + 1)))
                                : "");
}

// Where a key has lost its colon the next line is refused.
YamlExplanation explain_line_before(const YamlScene& scene) {
  const std::size_t line_begin = scene.source.line_begin(scene.line());
  const std::size_t last = scene.text().substr(0, line_begin).find_last_not_of(" \t\n");
  if (last == std::string_view::npos) return {};
  const std::size_t line = scene.source.position(last).line;
  const std::size_t begin = scene.text().find_first_not_of(" \t", scene.source.line_begin(line));
  const std::string_view written = text_of(scene.text(), {begin, last + 1});
  const bool has_entry =
      value_on_line(scene.source, line) || written.find(": ") != std::string_view::npos || written.back() == ':';
  if (has_entry || written[0] == '#') return {};
  const std::size_t refused = scene.text().find_first_not_of(" \t", line_begin) - line_begin;
  const std::size_t before = begin - scene.source.line_begin(line);
  const bool follows_key = before == refused || scene.text().substr(line_begin + refused, 2) == "- ";
  return follows_key ? YamlExplanation(no_entry(scene, {begin, last + 1})) : YamlExplanation();
}

}  // namespace

YamlExplanation explain_tab(const YamlScene& scene) {
  const std::size_t begin = scene.source.line_begin(scene.line());
  const std::size_t content = scene.text().find_first_not_of(" \t", begin);
  const std::size_t tab = scene.text().find('\t', begin);
  if (tab >= std::min(content, scene.text().size())) return {};
  return yaml_fault({tab, tab + 1}, "found a tab in the indentation, expected blanks", "indent with blanks");
}

YamlExplanation explain_first_characters(const YamlScene& scene) {
  const std::size_t first = scene.source.position(scene.progress.read_until).line;
  for (std::size_t line = scene.line(); line >= first && line > 0; --line) {
    if (YamlExplanation found = explain_first_character(scene, line)) return found;
  }
  return {};
}

YamlExplanation explain_colon(const YamlScene& scene) {
  if (!scene.reason_is("illegal map value")) return {};
  const std::optional<LineValue> found = value_on_line(scene.source, scene.line());
  const bool within_value = found && scene.offset >= found->value.begin;
  if (within_value) {
    return yaml_fault({scene.offset, scene.offset + 1},
                      "found `: ` within a text without quotes, where it makes what stands before it a key",
                      quoting_hint(found->key, text_of(scene.text(), found->value)));
  }
  if (YamlExplanation before = explain_line_before(scene)) return before;
  const std::size_t begin = scene.text().find_first_not_of(" \t", scene.source.line_begin(scene.line()));
  const SourceSpan key{begin, scene.offset + 1};
  const std::string_view written = text_of(scene.text(), key);
  if (written.find(' ') != std::string_view::npos && written[0] != '-') {
    return yaml_fault({scene.offset, scene.offset + 1},
                      "found `: ` within a text without quotes, where it makes what stands before it a key",
                      "write the whole text as a block: `|` behind the key, and the text indented on the next lines");
  }
  return yaml_fault(key,
                    fmt::format("found `{}` indented deeper than the keys above it, where it goes on with their value",
                                shortened(written)),
                    "indent it as the keys it belongs to");
}

// A block mapping or sequence that goes on with something else.
YamlExplanation explain_line(const YamlScene& scene) {
  const bool in_mapping = scene.reason_is("end of map not found");
  if (!in_mapping && !scene.reason_is("end of sequence not found")) return {};
  const std::size_t line_end = scene.source.line_begin(scene.line()) + scene.source.line(scene.line()).size();
  const std::string_view rest = text_of(scene.text(), {scene.offset, line_end});
  const SourceSpan span{scene.offset, line_end};
  if (rest.empty()) return {};
  const std::size_t colon = rest.find(':');
  const bool is_entry = rest.substr(0, 2) == "- " ||
                        (colon != std::string_view::npos && colon + 1 < rest.size() && rest[colon + 1] == ' ') ||
                        rest.back() == ':';
  if (in_mapping && !is_entry) return no_entry(scene, span);
  return yaml_fault(span, fmt::format("found `{}`, which is indented like nothing above it", shortened(rest)),
                    rest[0] == '-' ? "indent it as the items it belongs to"
                    : in_mapping   ? "indent it as the keys it belongs to"
                                   : "begin each item of a sequence with `- `, indented alike");
}

}  // namespace flowrun
