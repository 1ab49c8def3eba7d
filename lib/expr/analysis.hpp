#pragma once

#include <cstddef>
#include <string>

#include "expr/syntax.hpp"
#include "expr/tree.hpp"

namespace flowrun::expr {

/// Finds what a resolved expression reads of its input and which given variables, and notes it in `tree`.
void find_reads(const Definition& root, std::size_t given_variables, Program::Tree& tree);

/// The expression without blanks and comments, with known constants in place, and with names of its own for variables and
/// definitions: equal texts compute the same. Compiling it again gives the same text.
std::string canonical_text(const Definition& root);

/// `.`, perhaps in parentheses or piped into itself.
bool is_identity(const Syntax& part);

}  // namespace flowrun::expr
