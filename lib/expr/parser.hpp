#pragma once

#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "expr/syntax.hpp"

namespace flowrun::expr {

/// Parses a text of jq. A syntax error ends the parsing, so there is one fault at most. What is parsed lives in `tree`.
class Parser {
 public:
  Parser(std::string_view text, SyntaxTree& tree);
  ~Parser();

  /// A whole expression; null after a fault.
  Syntax* parse_expression();
  /// A text with interpolations, without its quotes.
  Syntax* parse_interpolation();
  /// Definitions alone, one after the other.
  std::vector<Definition*> parse_definitions();

  const std::vector<CompileError>& faults() const;

 private:
  class Grammar;
  std::unique_ptr<Grammar> grammar_;
};

/// Where the expression ends that begins at `text[begin]` and is closed by `}}`: the offset of the `}}`, or npos. `}}` inside
/// a text, or closing braces of the expression itself, do not count.
std::size_t find_template_end(std::string_view text, std::size_t begin);

}  // namespace flowrun::expr
