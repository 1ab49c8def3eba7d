#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "flow/position.hpp"

namespace flowrun {

/// Behind the blanks, line ends and comments at `offset`.
std::size_t skip_blanks_and_comments(std::string_view source, std::size_t offset);

/// Behind the name of an anchor, alias or tag that goes on at `offset`.
std::size_t end_of_name(std::string_view source, std::size_t offset);

/// Where the quote is closed that is open before `from`; npos: nowhere.
std::size_t closing_quote(std::string_view source, std::size_t from, char quote);

std::string_view text_of(std::string_view source, SourceSpan span);

/// A text of the user as a message quotes it: one line, no more than some 60 characters.
std::string shortened(std::string_view text);

/// As YAML would have it in single quotes: quotes are doubled.
std::string in_single_quotes(std::string_view text);

/// Reads an expression a piece at a time, and knows whether it closes what it opens: parentheses, brackets, texts.
class ExpressionScan {
 public:
  ExpressionScan& read(std::string_view piece);
  bool is_complete() const { return open_ == 0 && !in_text_; }

 private:
  int open_ = 0;
  bool in_text_ = false;
  bool is_escaped_ = false;
};

/// Whether an expression closes what it opens.
bool is_complete(std::string_view expression);

/// The end of an expression that stands in { } or [ ], with its texts and brackets: before the comma or bracket behind it, or
/// at the end of the line.
std::size_t end_of_expression(std::string_view text, std::size_t begin);

/// The value of a text in double quotes, where the library made bytes of `\N` and `\_` that are no UTF-8.
std::string with_valid_escapes(std::string_view source, const std::string& value,
                               const std::vector<std::size_t>& offsets);

}  // namespace flowrun
