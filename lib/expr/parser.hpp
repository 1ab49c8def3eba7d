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

}  // namespace flowrun::expr
