#include "expr/eval_reader.hpp"

#include <algorithm>
#include <istream>

#include "base/utf8.hpp"

namespace flowrun::expr {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_scalar(char c) {
  return is_blank(c) || c == '"' || c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}';
}

}  // namespace

std::string_view ValueCutter::next() {
  line_ += static_cast<std::size_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                               buffer_.begin() + static_cast<std::ptrdiff_t>(end_), '\n'));
  begin_ = end_;
  if (is_first_ && (is_first_ = false, read_more()) && buffer_.starts_with(byte_order_mark))
    begin_ = byte_order_mark.size();
  if (!skip_blanks()) return {};
  find_end();
  return std::string_view(buffer_).substr(begin_, end_ - begin_);
}

// What was given already makes room.
bool ValueCutter::read_more() {
  constexpr std::size_t block = 64 * 1024;
  if (!input_) return false;
  if (begin_ > block) {
    buffer_.erase(0, begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t size = buffer_.size();
  buffer_.resize(size + block);
  input_.read(buffer_.data() + size, static_cast<std::streamsize>(block));
  buffer_.resize(size + static_cast<std::size_t>(input_.gcount()));
  return buffer_.size() > size;
}

bool ValueCutter::skip_blanks() {
  for (;; ++begin_) {
    end_ = begin_;
    if (begin_ == buffer_.size() && !read_more()) return false;
    if (!is_blank(buffer_[begin_])) return true;
    line_ += buffer_[begin_] == '\n';
  }
}

bool ValueCutter::find_end() {
  std::size_t depth = 0;
  bool in_text = false;
  const char first = buffer_[begin_];
  const bool is_scalar = first != '"' && first != '[' && first != '{';
  for (end_ = begin_;; ++end_) {
    if (end_ == buffer_.size() && !read_more()) return false;
    const char c = buffer_[end_];
    if (is_scalar) {
      if (!ends_scalar(c)) continue;
      end_ += end_ == begin_;  // a stray bracket is a text of its own, for the reader to refuse
      return true;
    }
    if (in_text) {
      if (c == '\\') {
        if (++end_ == buffer_.size() && !read_more()) return false;
      } else if (c == '"') {
        in_text = false;
      }
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    }
    if (!in_text && depth == 0) {
      ++end_;
      return true;
    }
  }
}

}  // namespace flowrun::expr
