#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowrun {

/// Bytes [begin, end) of a SourceText.
struct SourceSpan {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// A place as a person counts it: both from 1, columns in code points.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// A file of the user as it is read and shown: the byte order mark is gone and every line ends in '\n' alone, so that
/// offsets, lines and columns agree whatever editor wrote it. The bytes need not be valid UTF-8. Immutable.
class SourceText {
 public:
  /// `path` is how messages name the file.
  SourceText(std::string path, std::string_view bytes);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }

  /// An offset beyond the end is the end.
  TextPosition position(std::size_t offset) const;
  /// Line `number` (from 1) without its newline; empty where there is no such line.
  std::string_view line(std::size_t number) const;
  /// Where line `number` begins; the end of the text where there is no such line.
  std::size_t line_begin(std::size_t number) const;
  std::size_t lines() const { return line_begins_.size(); }

 private:
  std::string path_;
  std::string text_;
  std::vector<std::size_t> line_begins_;
};

}  // namespace flowrun
