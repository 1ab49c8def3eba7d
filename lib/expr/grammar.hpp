#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/lexer.hpp"
#include "expr/parser.hpp"
#include "expr/syntax.hpp"

namespace flowrun::expr {

/// jq's grammar by recursive descent: a function for each rule, operators by precedence. Chains of operators become one part
/// with many parts of its own, so that nothing recurses along them. After a fault all tokens are `end`, which ends every rule.
class Parser::Grammar {
 public:
  Grammar(std::string_view text, SyntaxTree& tree);

  Syntax* whole_expression();
  Syntax* whole_interpolation();
  std::vector<Definition*> whole_definitions();

  std::vector<CompileError> faults;

 private:
  // grammar.cpp: queries and operators
  Syntax* query();
  Syntax* query_item(bool& takes_rest);
  Syntax* expression(int lowest_level);
  Syntax* chain(Syntax* first, int level);
  Syntax* single(Syntax* left, int level, Operator operation);
  Definition* definition();
  Syntax* defined();
  Syntax* labelled();
  Syntax* bound(Syntax* source);
  std::vector<Pattern*> patterns();
  Pattern* pattern();
  void array_pattern(Pattern& whole);
  void object_pattern(Pattern& whole);

  // grammar_terms.cpp: terms
  Syntax* term();
  Syntax* primary();
  Syntax* postfix(Syntax* target);
  bool path_step(Syntax*& target, bool& is_open);
  PathStep bracket_step();
  static void name_step(PathStep& step);
  Syntax* number();
  Syntax* text_literal(const std::string& format);
  Syntax* text_parts(std::size_t offset, const std::string& format, bool open_ended);
  Syntax* dot();
  Syntax* negated();
  Syntax* array();
  Syntax* object();
  void object_entry(Syntax& whole);
  Syntax* object_value();
  Syntax* call();
  Syntax* variable();

  // grammar_keywords.cpp: terms that begin with a keyword
  Syntax* keyword_term();
  Syntax* condition();
  Syntax* attempt();
  Syntax* fold(SyntaxKind kind);
  Syntax* leave();

  // tokens and parts
  void next();
  bool accept(std::string_view symbol);
  void expect(std::string_view symbol, const char* why);
  bool accept_keyword(std::string_view word);
  void expect_keyword(std::string_view word);
  Token expect_kind(TokenKind kind, const char* what);
  Syntax* make(SyntaxKind kind, std::size_t offset);
  Syntax* finish(Syntax* part);
  Syntax* literal(const Value& value, std::size_t offset);
  Syntax* text_value(std::string_view text, std::size_t offset);
  Syntax* fail(const Token& found, const std::string& expected, std::string hint = {});
  void fault(CompileError error);
  bool too_deep();

  std::string_view text_;
  SyntaxTree& tree_;
  Lexer lexer_;
  Token token_;
  std::size_t previous_end_ = 0;
  std::size_t nesting_ = 0;
  const char* lowest_stack_;
};

}  // namespace flowrun::expr
