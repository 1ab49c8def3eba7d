#pragma once

#include <cstddef>

#include "expr/syntax.hpp"
#include "expr/tree.hpp"

namespace flowrun::expr {

/// Finds what a resolved expression reads, whether it is `.`, and its canonical text, and notes it in `tree`.
void analyse(const Definition& root, std::size_t given_variables, Program::Tree& tree);

}  // namespace flowrun::expr
