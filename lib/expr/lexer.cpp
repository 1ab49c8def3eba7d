#include "expr/lexer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/utf8.hpp"

namespace flowrun::expr {
namespace {

constexpr std::array<std::string_view, 19> keywords = {
    "and",    "as",      "break", "catch",  "def", "elif",   "else", "end", "foreach", "if",
    "import", "include", "label", "module", "or",  "reduce", "then", "try", "__loc__"};

// Longest first: the first that matches is the token.
constexpr std::array<std::string_view, 33> symbols = {
    "?//", "//=", "!=", "==", "//", "|=", "+=", "-=", "*=", "/=", "%=", "<=", ">=", "..", "|", ",", "=",
    "+",   "-",   "*",  "/",  "%",  "<",  ">",  ".",  "?",  ":",  ";",  "(",  ")",  "[",  "]", "{"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_name(char c) { return begins_name(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

void Lexer::skip_blanks() {
  while (offset_ < text_.size()) {
    if (is_blank(text_[offset_]))
      ++offset_;
    else if (text_[offset_] == '#')
      skip_comment();
    else
      return;
  }
}

// An odd number of backslashes before the line end carries a comment on to the next line.
void Lexer::skip_comment() {
  bool escaped = false;
  for (++offset_; offset_ < text_.size(); ++offset_) {
    const char c = text_[offset_];
    if (c == '\n' && !escaped) return;
    if (c == '\r' && escaped && at(offset_ + 1) == '\n') continue;
    escaped = c == '\\' && !escaped;
  }
}

Token Lexer::take(TokenKind kind, std::size_t length, std::size_t prefix) {
  const Token token{kind, text_.substr(offset_ + prefix, length - prefix), offset_, length};
  offset_ += length;
  return token;
}

std::size_t Lexer::name_length(std::size_t from, bool with_modules) const {
  std::size_t end = from;
  while (begins_name(at(end))) {
    while (continues_name(at(end))) ++end;
    if (!with_modules || at(end) != ':' || at(end + 1) != ':' || !begins_name(at(end + 2))) break;
    end += 2;
  }
  return end - from;
}

std::size_t Lexer::number_length() const {
  std::size_t end = offset_;
  const auto skip_digits = [&] {
    while (is_digit(at(end))) ++end;
  };
  skip_digits();
  if (at(end) == '.' && (end > offset_ || is_digit(at(end + 1)))) {
    ++end;
    skip_digits();
  }
  if (end > offset_ && (at(end) == 'e' || at(end) == 'E')) {
    const std::size_t sign = at(end + 1) == '+' || at(end + 1) == '-' ? 1 : 0;
    if (is_digit(at(end + 1 + sign))) {
      end += 1 + sign;
      skip_digits();
    }
  }
  return end - offset_;
}

Token Lexer::next() {
  skip_blanks();
  if (offset_ >= text_.size()) return {TokenKind::end, {}, text_.size(), 0};
  const char first = text_[offset_];
  if (first == '"') return take(TokenKind::text_begin, 1);
  if (is_digit(first) || (first == '.' && is_digit(at(offset_ + 1)))) return take(TokenKind::number, number_length());
  if (first == '.' && begins_name(at(offset_ + 1)))
    return take(TokenKind::field, 1 + name_length(offset_ + 1, false), 1);
  if (first == '$' && begins_name(at(offset_ + 1)))
    return take(TokenKind::variable, 1 + name_length(offset_ + 1, true), 1);
  if (first == '@' && continues_name(at(offset_ + 1))) {
    std::size_t end = offset_ + 1;
    while (continues_name(at(end))) ++end;
    return take(TokenKind::format, end - offset_);
  }
  if (begins_name(first)) {
    const std::size_t length = name_length(offset_, true);
    const auto word = text_.substr(offset_, length);
    const bool reserved = std::find(keywords.begin(), keywords.end(), word) != keywords.end();
    return take(reserved ? TokenKind::keyword : TokenKind::name, length);
  }
  if (first == '}') return take(TokenKind::symbol, 1);
  for (const auto symbol : symbols)
    if (text_.substr(offset_, symbol.size()) == symbol) return take(TokenKind::symbol, symbol.size());
  // A character beyond ASCII is shown whole.
  std::size_t length = 1;
  while (is_utf8_continuation(at(offset_ + length))) ++length;
  return take(TokenKind::fault, length);
}

Lexer::TextPart Lexer::next_text(bool open_ended) {
  TextPart part;
  while (offset_ < text_.size()) {
    const char c = text_[offset_];
    if (c == '"' && !open_ended) {
      ++offset_;
      return part;
    }
    if (c != '\\') {
      part.decoded += c;
      ++offset_;
    } else if (at(offset_ + 1) == '(') {
      offset_ += 2;
      part.end = TextEnd::interpolation;
      return part;
    } else if (!decode_escape(part)) {
      part.end = TextEnd::fault;
      return part;
    }
  }
  if (open_ended) return part;
  part.end = TextEnd::fault;
  part.offset = text_.size();
  part.message = "found the end of the expression inside a text, expected `\"`";
  return part;
}

bool Lexer::decode_escape(TextPart& part) {
  const char kind = at(offset_ + 1);
  constexpr std::string_view written = "\"\\/bfnrt";
  constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  if (const auto found = written.find(kind); found != std::string_view::npos && offset_ + 1 < text_.size()) {
    part.decoded += meant[found];
    offset_ += 2;
    return true;
  }
  if (kind == 'u') return decode_code_point(part);
  part.offset = offset_;
  part.length = std::min<std::size_t>(2, text_.size() - offset_);
  part.message = fmt::format("found `{}` in a text, expected one of the escapes {}", text_.substr(offset_, part.length),
                             R"(\" \\ \/ \b \f \n \r \t \uXXXX \( ))");
  return false;
}

bool Lexer::decode_code_point(TextPart& part) {
  const auto read_unit = [&](std::size_t from, std::uint32_t& unit) {
    if (at(from) != '\\' || at(from + 1) != 'u' || from + 6 > text_.size()) return false;
    const char* const digits = text_.data() + from + 2;
    return std::from_chars(digits, digits + 4, unit, 16).ptr == digits + 4;
  };
  std::uint32_t unit = 0;
  if (!read_unit(offset_, unit)) {
    part.offset = offset_;
    part.length = std::min<std::size_t>(2, text_.size() - offset_);
    part.message = "found `\\u` in a text, expected four hexadecimal digits behind it";
    return false;
  }
  offset_ += 6;
  std::uint32_t low = 0;
  if (unit >= 0xD800 && unit < 0xDC00 && read_unit(offset_, low) && low >= 0xDC00 && low < 0xE000) {
    offset_ += 6;
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (unit >= 0xD800 && unit < 0xE000) {
    unit = 0xFFFD;  // half of a pair is no character
  }
  append_code_point(unit, part.decoded);
  return true;
}

}  // namespace flowrun::expr
