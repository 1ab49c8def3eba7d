#include "expr/parser.hpp"

#include <fmt/format.h>
#include <utility>

#include "expr/grammar.hpp"

namespace flowrun::expr {

const char* symbol(Operator operation) {
  constexpr const char* symbols[] = {"+",  "-", "*",  "/",  "%",  "==", "!=", "<",  "<=", ">",
                                     ">=", "=", "|=", "+=", "-=", "*=", "/=", "%=", "//="};
  return symbols[static_cast<std::size_t>(operation)];
}

Parser::Parser(std::string_view text, SyntaxTree& tree) : grammar_(std::make_unique<Grammar>(text, tree)) {}
Parser::~Parser() = default;

Syntax* Parser::parse_expression() { return grammar_->whole_expression(); }
Syntax* Parser::parse_interpolation() { return grammar_->whole_interpolation(); }
std::vector<Definition*> Parser::parse_definitions() { return grammar_->whole_definitions(); }
const std::vector<CompileError>& Parser::faults() const { return grammar_->faults; }

void Parser::Grammar::next() {
  previous_end_ = token_.offset + token_.length;
  if (faults.empty())
    token_ = lexer_.next();
  else
    token_ = {TokenKind::end, {}, text_.size(), 0};
  if (token_.kind == TokenKind::fault) fail(token_, "an expression");
}

bool Parser::Grammar::accept(std::string_view symbol) {
  if (!token_.is(symbol)) return false;
  next();
  return true;
}

void Parser::Grammar::expect(std::string_view symbol, const char* why) {
  if (accept(symbol)) return;
  fail(token_, fmt::format("`{}` {}", symbol, why));
}

bool Parser::Grammar::accept_keyword(std::string_view word) {
  if (!token_.is_keyword(word)) return false;
  next();
  return true;
}

void Parser::Grammar::expect_keyword(std::string_view word) {
  if (!accept_keyword(word)) fail(token_, fmt::format("`{}`", word));
}

Token Parser::Grammar::expect_kind(TokenKind kind, const char* what) {
  const Token token = token_;
  if (token.kind == kind)
    next();
  else
    fail(token, what);
  return token;
}

Syntax* Parser::Grammar::make(SyntaxKind kind, std::size_t offset) {
  auto& part = tree_.parts.emplace_back();
  part.kind = kind;
  part.offset = offset;
  return &part;
}

Syntax* Parser::Grammar::finish(Syntax* part) {
  part->length = previous_end_ > part->offset ? previous_end_ - part->offset : 0;
  return part;
}

Syntax* Parser::Grammar::literal(const Value& value, std::size_t offset) {
  Syntax* const part = make(SyntaxKind::literal, offset);
  part->value = value;
  return finish(part);
}

Syntax* Parser::Grammar::text_value(std::string_view text, std::size_t offset) {
  return literal(Value::text(text, *tree_.arena), offset);
}

Syntax* Parser::Grammar::fail(const Token& found, const std::string& expected, std::string hint) {
  const bool at_end = found.kind == TokenKind::end;
  const auto shown = text_.substr(found.offset, found.length);
  if (hint.empty() && shown == "?//") hint = "write a blank between `?` and `//`";
  if (hint.empty() && (shown == "&" || shown == "!")) hint = "jq writes `and`, `or` and `| not`";
  if (hint.empty() && shown == "'") hint = "texts stand in double quotes";
  fault({found.offset, found.length, "syntax",
         at_end ? fmt::format("found the end of the expression, expected {}", expected)
                : fmt::format("found `{}`, expected {}", shown, expected),
         std::move(hint)});
  return make(SyntaxKind::identity, found.offset);
}

// Only the first counts: what comes after it follows from it.
void Parser::Grammar::fault(CompileError error) {
  if (faults.empty()) faults.push_back(std::move(error));
  token_ = {TokenKind::end, {}, text_.size(), 0};
}

}  // namespace flowrun::expr
