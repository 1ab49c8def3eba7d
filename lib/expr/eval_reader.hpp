#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

namespace flowrun::expr {

/// Cuts a stream into JSON texts that follow each other, with or without white space between them. What is cut is not
/// checked: only brackets and quotes are looked at.
class ValueCutter {
 public:
  explicit ValueCutter(std::istream& input) : input_(input) {}

  /// The next text; empty at the end of the input. Valid until the next call.
  std::string_view next();
  /// The line on which the text that was given last begins, from 1.
  std::size_t line() const { return line_; }

 private:
  bool read_more();
  bool skip_blanks();
  bool find_end();

  std::istream& input_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what was not given yet
  std::size_t end_ = 0;    // up to where the next text was looked at
  std::size_t line_ = 1;
  bool is_first_ = true;  // a byte order mark may stand before the first text
};

}  // namespace flowrun::expr
