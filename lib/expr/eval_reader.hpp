#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace flowrun::expr {

/// Waits until there are bytes, puts them into the room as far as they fit, and says how many; 0 at the end.
using ReadBytes = std::function<std::size_t(std::span<char>)>;

/// Cuts a stream into JSON texts that follow each other, with or without white space between them. What is cut is not
/// checked: only brackets and quotes are looked at. Takes what the stream has: a text is given as soon as its end is there.
class ValueCutter {
 public:
  /// Bytes that may be read behind every text that is given.
  static constexpr std::size_t padding = 64;

  explicit ValueCutter(ReadBytes read);

  /// The next text and what follows it, as far as whole lines are there; the last line of the input may lack its newline.
  /// Nothing at the end of the input, or where the first line is very long. Consumes nothing.
  std::string_view lines_ahead();
  /// Consumes so many bytes of what lines_ahead gave, so many lines among them.
  void take(std::size_t bytes, std::size_t lines) {
    begin_ = end_ = begin_ + bytes;
    line_ += lines;
  }
  /// The next text; empty at the end of the input. Texts are valid until the next call of these three.
  std::string_view next();
  /// The line on which the text that was given last begins, from 1.
  std::size_t line() const { return line_; }

 private:
  bool read_more();
  bool skip_blanks();
  bool find_end();
  void consume();

  ReadBytes read_;
  std::string buffer_;     // what was read, and room for more and the padding
  std::size_t size_ = 0;   // of what was read
  std::size_t begin_ = 0;  // of what was not consumed yet
  std::size_t end_ = 0;    // of what was given or taken last, or up to where the next text was looked at
  std::size_t line_ = 1;
  bool is_first_ = true;  // a byte order mark may stand before the first text
};

}  // namespace flowrun::expr
