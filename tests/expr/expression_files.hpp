#pragma once

#include <string>
#include <vector>

/// A case of a data file: an expression over an input, and what must come out.
///
///     # a comment
///     .a + 1              the expression; lines that begin with two blanks go on with it
///     < {"a": 1}          the input; null where it is left out
///     > 2                 an output, compared by its compact JSON; one line each
///     ! message           the whole message of the error behind the outputs
///     x code              it does not compile: the codes of its faults
///
/// Cases are separated by blank lines.
struct ExpressionCase {
  std::string file;
  std::size_t line = 0;
  std::string expression;
  std::string input = "null";
  std::vector<std::string> outputs;
  std::string error;
  bool fails = false;
  std::string faults;
};

std::vector<ExpressionCase> read_expression_cases(const std::string& path);
/// Those of a guide in Markdown, in its blocks that begin with ```jq.
std::vector<ExpressionCase> read_guide_cases(const std::string& path);

/// All outputs as compact JSON, then perhaps the message of the error; or the codes of the compile errors.
struct EvaluatedCase {
  std::vector<std::string> outputs;
  std::string error;
  bool fails = false;
  std::string faults;

  bool is_as(const ExpressionCase& expected) const;
};
EvaluatedCase evaluate_case(const std::string& expression, const std::string& input);
