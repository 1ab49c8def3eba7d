#include "expr/grammar.hpp"

#include <fmt/format.h>

#include "expr/stack.hpp"

namespace flowrun::expr {
namespace {

constexpr std::size_t most_nesting = 10000;

struct BinaryOperator {
  std::string_view symbol;
  int level;
  Operator operation;
};

// Binding strength: 1 // · 2 assignment · 3 or · 4 and · 5 comparison · 6 + - · 7 * / %
constexpr int alternative_level = 1, update_level = 2, either_level = 3, both_level = 4, compare_level = 5,
              add_level = 6, multiply_level = 7;
constexpr BinaryOperator binary_operators[] = {
    {"//", alternative_level, Operator::add},  // chains of one operator do not look at it
    {"=", update_level, Operator::assign},
    {"|=", update_level, Operator::modify},
    {"+=", update_level, Operator::update_add},
    {"-=", update_level, Operator::update_subtract},
    {"*=", update_level, Operator::update_multiply},
    {"/=", update_level, Operator::update_divide},
    {"%=", update_level, Operator::update_modulo},
    {"//=", update_level, Operator::update_alternative},
    {"==", compare_level, Operator::equal},
    {"!=", compare_level, Operator::not_equal},
    {"<", compare_level, Operator::less},
    {"<=", compare_level, Operator::less_equal},
    {">", compare_level, Operator::greater},
    {">=", compare_level, Operator::greater_equal},
    {"+", add_level, Operator::add},
    {"-", add_level, Operator::subtract},
    {"*", multiply_level, Operator::multiply},
    {"/", multiply_level, Operator::divide},
    {"%", multiply_level, Operator::modulo},
};

std::optional<BinaryOperator> binary_operator(const Token& token) {
  if (token.is_keyword("or")) return BinaryOperator{"or", either_level, Operator::add};
  if (token.is_keyword("and")) return BinaryOperator{"and", both_level, Operator::add};
  if (token.kind != TokenKind::symbol) return std::nullopt;
  for (const auto& known : binary_operators)
    if (token.text == known.symbol) return known;
  return std::nullopt;
}

SyntaxKind chain_kind(int level) {
  switch (level) {
    case alternative_level:
      return SyntaxKind::alternative;
    case either_level:
      return SyntaxKind::either;
    case both_level:
      return SyntaxKind::both;
    case add_level:
      return SyntaxKind::add;
    default:
      return SyntaxKind::multiply;
  }
}

}  // namespace

Parser::Grammar::Grammar(std::string_view text, SyntaxTree& tree)
    : text_(text), tree_(tree), lexer_(text), lowest_stack_(lowest_stack_address()) {}

Syntax* Parser::Grammar::whole_expression() {
  next();
  if (token_.kind == TokenKind::end && faults.empty()) {
    fault({0, text_.size(), "empty-expression", "found an empty expression",
           "write `.` for the record itself, `null` for jq's null"});
    return nullptr;
  }
  Syntax* const whole = query();
  if (token_.kind != TokenKind::end) fail(token_, "an operator or the end of the expression");
  return faults.empty() ? whole : nullptr;
}

Syntax* Parser::Grammar::whole_interpolation() {
  Syntax* const whole = text_parts(0, "", true);
  return faults.empty() ? whole : nullptr;
}

std::vector<Definition*> Parser::Grammar::whole_definitions() {
  std::vector<Definition*> all;
  next();
  while (token_.is_keyword("def")) all.push_back(definition());
  if (token_.kind != TokenKind::end) fail(token_, "`def name: body;`");
  return all;
}

// stage | stage | ..., each a list of items between commas. A definition, a label and `as` take all that follows.
Syntax* Parser::Grammar::query() {
  if (too_deep()) return make(SyntaxKind::identity, token_.offset);
  ++nesting_;
  const std::size_t offset = token_.offset;
  Syntax* stages = nullptr;
  Syntax* whole = nullptr;
  bool takes_rest = false;
  const auto gather = [&](Syntax*& list, SyntaxKind kind, Syntax* part) {
    if (list == nullptr) list = make(kind, offset);
    list->parts.push_back(part);
  };
  for (;;) {
    Syntax* items = nullptr;
    whole = query_item(takes_rest);
    while (!takes_rest && accept(",")) {
      if (items == nullptr) gather(items, SyntaxKind::comma, whole);
      items->parts.push_back(query_item(takes_rest));
    }
    if (items != nullptr) whole = finish(items);
    const bool goes_on = !takes_rest && accept("|");
    if (goes_on || stages != nullptr) gather(stages, SyntaxKind::pipe, whole);
    if (!goes_on) break;
  }
  --nesting_;
  return stages != nullptr ? finish(stages) : whole;
}

Syntax* Parser::Grammar::query_item(bool& takes_rest) {
  takes_rest = true;
  if (token_.is_keyword("def")) return defined();
  if (token_.is_keyword("label")) return labelled();
  Syntax* const item = expression(alternative_level);
  if (token_.is_keyword("as")) return bound(item);
  takes_rest = false;
  return item;
}

Syntax* Parser::Grammar::expression(int lowest_level) {
  Syntax* left = term();
  for (;;) {
    const auto found = binary_operator(token_);
    if (!found || found->level < lowest_level) return left;
    const bool chains = found->level != update_level && found->level != compare_level;
    left = chains ? chain(left, found->level) : single(left, found->level, found->operation);
  }
}

Syntax* Parser::Grammar::chain(Syntax* first, int level) {
  Syntax* const whole = make(chain_kind(level), first->offset);
  whole->parts.push_back(first);
  const bool has_operators = level == add_level || level == multiply_level;
  for (auto found = binary_operator(token_); found && found->level == level; found = binary_operator(token_)) {
    next();
    if (has_operators) whole->operators.push_back(found->operation);
    whole->parts.push_back(expression(level + 1));
  }
  return finish(whole);
}

Syntax* Parser::Grammar::single(Syntax* left, int level, Operator operation) {
  Syntax* const whole = make(level == update_level ? SyntaxKind::update : SyntaxKind::compare, left->offset);
  next();
  whole->operators.push_back(operation);
  whole->parts = {left, nullptr};
  whole->parts[1] = expression(level + 1);
  if (const auto again = binary_operator(token_); again && again->level == level)
    return fail(token_, fmt::format("an operator that may follow `{}`", symbol(operation)), "write parentheses");
  return finish(whole);
}

Definition* Parser::Grammar::definition() {
  auto& definition = tree_.definitions.emplace_back();
  definition.offset = token_.offset;
  next();
  definition.name = expect_kind(TokenKind::name, "the name of a function").text;
  if (accept("(")) {
    do {
      const bool is_value = token_.kind == TokenKind::variable;
      if (!is_value && token_.kind != TokenKind::name) fail(token_, "a parameter");
      definition.parameters.push_back({std::string(token_.text), is_value, nullptr});
      next();
    } while (accept(";"));
    expect(")", "behind the parameters");
  }
  expect(":", "before the body of the function");
  definition.body = query();
  definition.length = previous_end_ - definition.offset;
  expect(";", "behind the body of the function");
  return &definition;
}

Syntax* Parser::Grammar::defined() {
  Syntax* const whole = make(SyntaxKind::define, token_.offset);
  while (token_.is_keyword("def")) whole->definitions.push_back(definition());
  whole->parts.push_back(query());
  return finish(whole);
}

Syntax* Parser::Grammar::labelled() {
  Syntax* const whole = make(SyntaxKind::label, token_.offset);
  next();
  whole->name = expect_kind(TokenKind::variable, "the label's name as `$name`").text;
  expect("|", "behind the label");
  whole->parts.push_back(query());
  return finish(whole);
}

Syntax* Parser::Grammar::bound(Syntax* source) {
  Syntax* const whole = make(SyntaxKind::bind, source->offset);
  next();
  whole->patterns = patterns();
  expect("|", "behind the names that `as` gives");
  whole->parts = {source, nullptr};
  whole->parts[1] = query();
  return finish(whole);
}

std::vector<Pattern*> Parser::Grammar::patterns() {
  std::vector<Pattern*> all{pattern()};
  while (accept("?//")) all.push_back(pattern());
  return all;
}

Pattern* Parser::Grammar::pattern() {
  auto& whole = tree_.patterns.emplace_back();
  whole.offset = token_.offset;
  if (too_deep()) return &whole;
  ++nesting_;
  if (token_.kind == TokenKind::variable) {
    whole.name = token_.text;
    next();
  } else if (accept("[")) {
    array_pattern(whole);
  } else if (accept("{")) {
    object_pattern(whole);
  } else {
    fail(token_, "`$name`, `[` or `{`");
  }
  --nesting_;
  whole.length = previous_end_ - whole.offset;
  return &whole;
}

void Parser::Grammar::array_pattern(Pattern& whole) {
  whole.kind = Pattern::Kind::array;
  do {
    Pattern::Entry entry;
    entry.value = pattern();
    whole.entries.push_back(entry);
  } while (accept(","));
  expect("]", "behind the pattern");
}

void Parser::Grammar::object_pattern(Pattern& whole) {
  whole.kind = Pattern::Kind::object;
  do {
    Pattern::Entry entry;
    const Token key = token_;
    if (key.kind == TokenKind::variable) {
      next();
      entry.variable_name = key.text;
      entry.key = text_value(key.text, key.offset);
    } else if (key.kind == TokenKind::name || key.kind == TokenKind::keyword) {
      next();
      entry.key = text_value(key.text, key.offset);
    } else if (key.kind == TokenKind::text_begin || key.kind == TokenKind::format) {
      entry.key = primary();
    } else if (accept("(")) {
      entry.key = query();
      expect(")", "behind the key");
    } else {
      fail(token_, "a key of the pattern: a name, `$name`, a text or `(`");
    }
    if (!entry.variable_name.empty() && !token_.is(":")) {
      whole.entries.push_back(entry);
      continue;
    }
    expect(":", "behind the key of the pattern");
    entry.value = pattern();
    whole.entries.push_back(entry);
  } while (accept(","));
  expect("}", "behind the pattern");
}

bool Parser::Grammar::too_deep() {
  if (nesting_ < most_nesting && !stack_is_low(lowest_stack_)) return false;
  fault({token_.offset, token_.length, "nesting", "the expression is nested too deeply", "at most 10000 levels"});
  return true;
}

}  // namespace flowrun::expr
