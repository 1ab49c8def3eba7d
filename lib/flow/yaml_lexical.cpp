#include "flow/yaml_lexical.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace flowrun {

namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

}  // namespace

std::size_t skip_blanks_and_comments(std::string_view source, std::size_t offset) {
  std::size_t at = std::min(offset, source.size());
  while (at < source.size() && (is_blank(source[at]) || source[at] == '#')) {
    at = source[at] == '#' ? std::min(source.find('\n', at), source.size()) : at + 1;
  }
  return at;
}

std::size_t end_of_name(std::string_view source, std::size_t offset) {
  return std::min(source.find_first_of(" \t\n,[]{}", std::min(offset, source.size())), source.size());
}

std::string_view text_of(std::string_view source, SourceSpan span) {
  const std::size_t begin = std::min(span.begin, source.size());
  return source.substr(begin, std::max(span.end, begin) - begin);
}

std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string line(text.substr(0, std::min(text.find('\n'), text.size())));
  const bool is_cut = line.size() > longest || line.size() < text.size();
  line.resize(character_end(line, std::min(line.size(), longest)));
  return is_cut ? line + "..." : line;
}

std::string in_single_quotes(std::string_view text) {
  std::string quoted = "'";
  for (const char byte : text) quoted += byte == '\'' ? "''" : std::string(1, byte);
  return quoted + "'";
}

ExpressionScan& ExpressionScan::read(std::string_view piece) {
  for (const char byte : piece) {
    if (in_text_) {
      if (byte == '"' && !is_escaped_) in_text_ = false;
      is_escaped_ = byte == '\\' && !is_escaped_;
    } else if (byte == '"') {
      in_text_ = true;
    } else if (byte == '(' || byte == '[' || byte == '{') {
      ++open_;
    } else if (byte == ')' || byte == ']' || byte == '}') {
      --open_;
    }
  }
  return *this;
}

bool is_complete(std::string_view expression) { return ExpressionScan().read(expression).is_complete(); }

std::size_t end_of_expression(std::string_view text, std::size_t begin) {
  const std::size_t line_end = std::min(text.find('\n', begin), text.size());
  std::size_t end = begin;
  for (ExpressionScan expression; end < line_end; ++end) {
    const bool is_separator = text[end] == ',' || text[end] == '}' || text[end] == ']';
    if (is_separator && expression.is_complete()) break;
    expression.read(text.substr(end, 1));
  }
  while (end > begin && text[end - 1] == ' ') --end;
  return end;
}

std::string with_valid_escapes(std::string_view source, const std::string& value,
                               const std::vector<std::size_t>& offsets) {
  const auto is_broken = [&](std::size_t i) {
    const std::size_t at = offsets[i];
    return at + 1 < source.size() && source[at] == '\\' && (source[at + 1] == 'N' || source[at + 1] == '_') &&
           (value[i] == '\x85' || value[i] == '\xA0');
  };
  std::string repaired;
  repaired.reserve(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (is_broken(i)) repaired.push_back('\xC2');
    repaired.push_back(value[i]);
  }
  return repaired;
}

std::size_t closing_quote(std::string_view source, std::size_t from, char quote) {
  for (std::size_t i = from; i < source.size(); ++i) {
    if (source[i] == '\\' && quote == '"') {
      ++i;
    } else if (source[i] == quote) {
      const bool doubled = quote == '\'' && i + 1 < source.size() && source[i + 1] == quote;
      if (!doubled) return i;
      ++i;
    }
  }
  return std::string_view::npos;
}

}  // namespace flowrun
