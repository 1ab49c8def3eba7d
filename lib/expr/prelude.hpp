#pragma once

#include "expr/builtins.hpp"
#include "expr/syntax.hpp"

namespace flowrun::expr {

/// The definition of a builtin that is written in jq; resolved, shared by all programs, never freed.
Definition& prelude_definition(const Builtin& builtin);

}  // namespace flowrun::expr
