#include "flow/yaml_line.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/yaml_lexical.hpp"

namespace flowrun {

namespace {

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(" \t", at), text.size());
}

// The length of a key at the front, its colon not included; 0: there is none.
std::size_t key_length(std::string_view text) {
  if (text.empty()) return 0;
  std::size_t end = 0;
  if (text[0] == '"' || text[0] == '\'') {
    const std::size_t closing = text.find(text[0], 1);
    end = closing == std::string_view::npos ? 0 : closing + 1;
  } else {
    end = std::min(text.find_first_of(":#\"'`[]{}(), \t"), text.size());
  }
  const bool has_colon = end > 0 && end < text.size() && text[end] == ':';
  return has_colon && (end + 1 == text.size() || text[end + 1] == ' ' || text[end + 1] == '\t') ? end : 0;
}

// Where a comment begins, but not one within a text in double quotes.
std::size_t comment_begin(std::string_view text) {
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_text && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      in_text = !in_text;
    } else if (!in_text && text[i] == '#' && i > 0 && (text[i - 1] == ' ' || text[i - 1] == '\t')) {
      return i;
    }
  }
  return text.size();
}

}  // namespace

std::optional<LineValue> value_on_line(const SourceText& source, std::size_t line) {
  const std::string_view text = source.line(line);
  std::size_t at = skip_blanks(text, 0);
  bool has_dash = false;
  while (text.substr(at, 2) == "- ") {
    has_dash = true;
    at = skip_blanks(text, at + 2);
  }
  LineValue found;
  const std::size_t line_begin = source.line_begin(line);
  found.begin = line_begin + at;
  const std::size_t length = key_length(text.substr(at));
  if (length == 0 && !has_dash) return std::nullopt;
  if (length > 0) {
    found.key = text.substr(at, length);
    at = skip_blanks(text, at + length + 1);
  }
  const std::string_view rest = text.substr(at, comment_begin(text.substr(at)));
  const std::size_t last = rest.find_last_not_of(" \t");
  if (last == std::string_view::npos) return std::nullopt;
  found.value = {line_begin + at, line_begin + at + last + 1};
  return found;
}

std::string quoting_hint(std::string_view key, std::string_view value) {
  const std::string before = key.empty() ? "-" : fmt::format("{}:", key);
  if (value.find('\'') != std::string_view::npos)
    return fmt::format("write it as a block: `{} |`, and the text indented on the next line", before);
  return fmt::format("put it in single quotes: `{} {}`", before, in_single_quotes(shortened(value)));
}

}  // namespace flowrun
