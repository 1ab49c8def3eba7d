#include "flow/position.hpp"

#include <algorithm>
#include <utility>

#include "base/utf8.hpp"

namespace flowrun {

namespace {

std::string with_plain_newlines(std::string_view bytes) {
  // All of them: the YAML library would take a second one for the first, and count no column for it.
  while (bytes.substr(0, byte_order_mark.size()) == byte_order_mark) bytes.remove_prefix(byte_order_mark.size());
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool part_of_newline = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (!part_of_newline) text.push_back(bytes[i]);
  }
  return text;
}

}  // namespace

SourceText::SourceText(std::string path, std::string_view bytes)
    : path_(std::move(path)), text_(with_plain_newlines(bytes)), line_begins_{0} {
  for (std::size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1))
    line_begins_.push_back(i + 1);
}

TextPosition SourceText::position(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const auto number = static_cast<std::size_t>(after - line_begins_.begin());
  TextPosition position{number, 1};
  for (std::size_t i = line_begins_[number - 1]; i < offset; ++i) {
    if (!is_utf8_continuation(text_[i])) ++position.column;
  }
  // Within a code point: still in its column.
  if (offset < text_.size() && is_utf8_continuation(text_[offset]) && position.column > 1) --position.column;
  return position;
}

std::string_view SourceText::line(std::size_t number) const {
  if (number < 1 || number > line_begins_.size()) return {};
  const std::size_t begin = line_begins_[number - 1];
  const std::size_t end = number < line_begins_.size() ? line_begins_[number] - 1 : text_.size();
  return std::string_view(text_).substr(begin, end - begin);
}

std::size_t SourceText::line_begin(std::size_t number) const {
  return number >= 1 && number <= line_begins_.size() ? line_begins_[number - 1] : text_.size();
}

}  // namespace flowrun
