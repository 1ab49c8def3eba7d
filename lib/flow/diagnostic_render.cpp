#include <algorithm>
#include <fmt/format.h>

#include "base/utf8.hpp"
#include "flow/diagnostic.hpp"

namespace flowrun {

namespace {

constexpr std::size_t tab_width = 4;
constexpr std::size_t widest_excerpt = 120;  // columns of the source line that are shown
constexpr std::size_t columns_before_caret = 60;

// Bytes that move the cursor, colour the terminal, or turn the direction of what follows.
bool is_harmful(std::string_view code_point) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(code_point[i]); };
  if (code_point.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
  if (code_point.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (code_point.size() != 3 || byte(0) != 0xE2) return false;
  const bool embeds = byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE));
  const bool isolates = byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
  return embeds || isolates;
}

// Each column of a line as it is shown; `columns_before[i]` is how many stand before byte i of the line.
struct Shown {
  std::vector<std::string_view> columns;
  std::vector<std::size_t> columns_before;
};

Shown show(std::string_view line) {
  Shown shown;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t length = code_point_length(line.substr(i));
    const std::string_view code_point = line.substr(i, std::max<std::size_t>(length, 1));
    shown.columns_before.insert(shown.columns_before.end(), code_point.size(), shown.columns.size());
    if (code_point == "\t") {
      const std::size_t blanks = tab_width - shown.columns.size() % tab_width;
      shown.columns.insert(shown.columns.end(), blanks, " ");
    } else {
      shown.columns.push_back(length == 0 || is_harmful(code_point) ? replacement_character : code_point);
    }
    i += code_point.size();
  }
  shown.columns_before.push_back(shown.columns.size());
  return shown;
}

// A message or hint: one line, whatever it quotes.
std::string harmless(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string clean;
  for (const std::string_view column : show(line).columns) clean += column;
  return clean;
}

// The bytes around the caret that an excerpt can need: lines may be megabytes long.
SourceSpan near(const SourceText& source, std::size_t line, std::size_t caret) {
  constexpr std::size_t bytes_before = 512;
  constexpr std::size_t bytes_behind = 1024;
  const std::size_t line_begin = source.line_begin(line);
  const std::size_t line_end = line_begin + source.line(line).size();
  caret = std::min(caret, line_end);
  std::size_t begin = caret - std::min(caret - line_begin, bytes_before);
  while (begin > line_begin && is_utf8_continuation(source.text()[begin])) --begin;
  return {begin, std::min(line_end, caret + bytes_behind)};
}

std::string excerpt(const SourceText& source, SourceSpan span) {
  const std::size_t number = source.position(span.begin).line;
  const SourceSpan bytes = near(source, number, span.begin);
  if (bytes.begin == bytes.end) return {};
  const Shown shown = show(source.text().substr(bytes.begin, bytes.end - bytes.begin));
  const auto column_of = [&](std::size_t offset) {
    return shown.columns_before[std::clamp(offset, bytes.begin, bytes.end) - bytes.begin];
  };
  const std::size_t caret = column_of(span.begin);
  const std::size_t caret_end = std::max(caret + 1, column_of(span.end));

  const bool is_long = shown.columns.size() > widest_excerpt;
  const std::size_t first = is_long && caret > columns_before_caret ? caret - columns_before_caret : 0;
  const std::size_t last = std::min(shown.columns.size(), first + widest_excerpt);
  const std::string_view before = first > 0 ? "..." : "";
  std::string text = "  " + std::string(before);
  for (std::size_t i = first; i < last; ++i) text += shown.columns[i];
  if (last < shown.columns.size()) text += "...";
  const std::size_t carets = std::min(caret_end, std::max(last, caret + 1)) - caret;
  return text + "\n" + std::string(2 + before.size() + caret - first, ' ') + std::string(carets, '^') + "\n";
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
  const SourceText& source = *diagnostic.source;
  const TextPosition position = source.position(diagnostic.span.begin);
  const std::string_view severity = diagnostic.severity == Severity::error ? "error" : "warning";
  std::string text = fmt::format("{}:{}:{}: {}[{}]: {}\n", harmless(source.path()), position.line, position.column,
                                 severity, diagnostic.code, harmless(diagnostic.message));
  text += excerpt(source, diagnostic.span);
  if (!diagnostic.hint.empty()) text += fmt::format("hint: {}\n", harmless(diagnostic.hint));
  return text;
}

}  // namespace flowrun
