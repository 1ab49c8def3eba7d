#include "flow/yaml_traps.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/yaml_lexical.hpp"
#include "flow/yaml_line.hpp"

namespace flowrun {

namespace {

bool is_identifier(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
  return text.substr(begin, text.find_last_not_of(" \n") + 1 - begin);
}

std::string hint_for_nothing(std::string_view name, const YamlNode& value, bool is_field) {
  if (value.text == "~") return "`~` is YAML's null; jq's is `null`";
  if (!is_field) return "write an expression: `.` is the whole record, `null` is jq's null";
  return is_identifier(name) ? fmt::format("write `{0}: .{0}`", name) : fmt::format("write `{0}: .[\"{0}\"]`", name);
}

// A collection as it stands in the source, if that is one line.
std::string hint_for_collection(const SourceText& source, std::string_view name, const YamlNode& value) {
  const std::string_view written = text_of(source.text(), value.span);
  const bool is_one_line = value.in_brackets && written.find('\n') == std::string_view::npos;
  if (is_one_line) return fmt::format("an expression is a text to YAML: {}", quoting_hint(name, written));
  const std::string_view cause = value.is_mapping() ? "`: ` makes a mapping of it" : "`- ` makes a sequence of it";
  return fmt::format("{}: write the expression as a block, `{}: |` and the text indented on the next lines", cause,
                     name);
}

// The rest of the line behind a plain text, if YAML took it for a comment.
std::string_view comment_behind(const SourceText& source, const YamlNode& value) {
  const std::string_view text = source.text();
  const std::size_t at = text.find_first_not_of(" \t", value.span.end);
  if (at == std::string_view::npos || text[at] != '#' || at == value.span.end) return {};
  return text_of(text, {at, std::min(text.find('\n', at), text.size())});
}

std::string hint_for_plain(const SourceText& source, std::string_view name, const YamlNode& value) {
  if (!comment_behind(source, value).empty()) {
    const std::size_t line_end = std::min(source.text().find('\n', value.span.end), source.text().size());
    const std::string_view whole = text_of(source.text(), {value.span.begin, line_end});
    return fmt::format("` #` begins a comment of YAML's; {}", quoting_hint(name, whole));
  }
  const std::size_t behind = skip_blanks_and_comments(source.text(), value.span.end);
  const char next = behind < source.text().size() ? source.text()[behind] : '\0';
  const bool is_cut = value.in_brackets && std::string_view(",]}?").find(next) != std::string_view::npos;
  if (!is_cut || is_complete(value.text)) return {};
  return fmt::format("within brackets `{}` ends a text without quotes; put the whole expression in single quotes",
                     next);
}

std::string hint_for_text(const SourceText& source, std::string_view name, const YamlNode& value) {
  const std::size_t begin = value.text.find("${{");
  if (begin != std::string::npos) {
    const std::size_t end = std::min(value.text.find("}}", begin), value.text.size());
    const std::string_view inner = std::string_view(value.text).substr(begin + 3, end - begin - 3);
    return fmt::format("an expression needs no template: write `{}` in its place", shortened(without_blanks(inner)));
  }
  if (value.style == YamlStyle::plain) return hint_for_plain(source, name, value);
  if (value.style == YamlStyle::folded && value.text.find('#') != std::string::npos)
    return "`>` makes one line of the text, the rest of which `#` hides; write `|` instead";
  const bool is_quoted = value.style == YamlStyle::single_quoted || value.style == YamlStyle::double_quoted;
  if (is_quoted && is_identifier(value.text))
    return fmt::format("YAML took the quotes; a text of jq's is `{}: '\"{}\"'`", name, value.text);
  return {};
}

}  // namespace

std::string expression_hint(const SourceText& source, std::string_view name, const YamlNode& value, bool is_field) {
  switch (value.kind) {
    case YamlKind::null:
      return hint_for_nothing(name, value, is_field);
    case YamlKind::sequence:
    case YamlKind::mapping:
      return hint_for_collection(source, name, value);
    case YamlKind::scalar:
      break;
  }
  return hint_for_text(source, name, value);
}

std::string template_hint(const SourceText& source, std::string_view name, const YamlNode& value) {
  const std::string_view written = text_of(source.text(), value.span);
  if (value.is_mapping() && written.substr(0, 2) == "{{") return quoting_hint(name, fmt::format("${}", written));
  if (!value.is_scalar()) return {};
  if (value.style == YamlStyle::plain && !comment_behind(source, value).empty())
    return "` #` begins a comment of YAML's; put the whole text in single quotes";
  const std::size_t braces = value.text.find("{{");
  if (braces != std::string::npos && (braces == 0 || value.text[braces - 1] != '$'))
    return "a template begins with `${{`";
  return {};
}

}  // namespace flowrun
