#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flowrun::expr {

enum class TokenKind : std::uint8_t {
  end,         // of the text
  number,      // text: its digits
  field,       // .name; text: the name
  name,        // of a function, perhaps with `module::`
  keyword,     // and as break catch def elif else end foreach if ... ; text: the word
  variable,    // $name; text: the name
  format,      // @name; text: with the @
  text_begin,  // the opening quote; what follows is read with Lexer::next_text
  symbol,      // an operator or a bracket; text: itself
  fault,       // no token of the language begins here; text: what was found
};

/// A token and where it stands, in bytes of the text. `text` points into the text.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text;
  std::size_t offset = 0;
  std::size_t length = 0;

  bool is(std::string_view symbol) const { return kind == TokenKind::symbol && text == symbol; }
  bool is_keyword(std::string_view word) const { return kind == TokenKind::keyword && text == word; }
};

/// Cuts the text of an expression into tokens, one at a time. Texts with interpolation are read piece by piece, since an
/// expression of its own stands between them.
class Lexer {
 public:
  /// `text` must outlive the lexer and its tokens.
  explicit Lexer(std::string_view text, std::size_t offset = 0) : text_(text), offset_(offset) {}

  /// The next token; behind the last one, `end` again and again.
  Token next();

  enum class TextEnd : std::uint8_t { quote, interpolation, fault };
  struct TextPart {
    TextEnd end = TextEnd::quote;
    std::string decoded;     // what stands before the end, its escapes decoded
    std::size_t offset = 0;  // of a fault
    std::size_t length = 0;
    std::string message;  // of a fault
  };
  /// What follows an opening quote, or the `)` of an interpolation. `open_ended`: the text ends with the input and quotes
  /// mean nothing in it.
  TextPart next_text(bool open_ended = false);

  std::size_t offset() const { return offset_; }

 private:
  void skip_blanks();
  void skip_comment();
  Token take(TokenKind kind, std::size_t length, std::size_t prefix = 0);
  std::size_t name_length(std::size_t from, bool with_modules) const;
  std::size_t number_length() const;
  bool decode_escape(TextPart& part);
  bool decode_code_point(TextPart& part);
  char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }

  std::string_view text_;
  std::size_t offset_;
};

}  // namespace flowrun::expr
