#include "expr/eval_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/utf8.hpp"

namespace flowrun::expr {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool ends_scalar(char c) {
  return is_blank(c) || c == '"' || c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}';
}

}  // namespace

ValueCutter::ValueCutter(ReadBytes read) : read_(std::move(read)), buffer_(padding, '\0') {}

void ValueCutter::consume() {
  line_ += static_cast<std::size_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
                                               buffer_.begin() + static_cast<std::ptrdiff_t>(end_), '\n'));
  begin_ = end_;
}

std::string_view ValueCutter::next() {
  consume();
  if (!skip_blanks()) return {};
  find_end();
  return std::string_view(buffer_).substr(begin_, end_ - begin_);
}

std::string_view ValueCutter::lines_ahead() {
  constexpr std::size_t longest = 1024 * 1024;
  consume();
  if (!skip_blanks()) return {};
  for (std::size_t looked_at = begin_;;) {
    const auto* const last = static_cast<const char*>(memrchr(buffer_.data() + looked_at, '\n', size_ - looked_at));
    const std::size_t ahead = size_ - begin_;
    if (last == nullptr && ahead > longest) return {};
    if (last == nullptr && read_more()) {
      looked_at = begin_ + ahead;
      continue;
    }
    const std::size_t end = last != nullptr ? static_cast<std::size_t>(last - buffer_.data()) + 1 : size_;
    return std::string_view(buffer_).substr(begin_, end - begin_);
  }
}

// What was given already makes room.
bool ValueCutter::read_more() {
  constexpr std::size_t block = 64 * 1024;
  if (begin_ > block) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, size_ - begin_);
    size_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  if (buffer_.size() < size_ + block + padding) buffer_.resize(2 * (size_ + block) + padding);
  const std::size_t taken = read_({buffer_.data() + size_, block});
  size_ += taken;
  return taken > 0;
}

bool ValueCutter::skip_blanks() {
  if (std::exchange(is_first_, false)) {
    while (size_ < byte_order_mark.size() && byte_order_mark.starts_with({buffer_.data(), size_}) && read_more())
      continue;
    if (std::string_view(buffer_.data(), size_).starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
  }
  for (;; ++begin_) {
    end_ = begin_;
    if (begin_ == size_ && !read_more()) return false;
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
    if (end_ == size_ && !read_more()) return false;
    const char c = buffer_[end_];
    if (is_scalar) {
      if (!ends_scalar(c)) continue;
      end_ += end_ == begin_;  // a stray bracket is a text of its own, for the reader to refuse
      return true;
    }
    if (in_text) {
      if (c == '\\') {
        if (++end_ == size_ && !read_more()) return false;
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
