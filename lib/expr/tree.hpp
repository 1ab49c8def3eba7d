#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "expr/nodes.hpp"
#include "expr/program.hpp"

namespace flowrun::expr {

/// A compiled expression: all its nodes, flat, since chains of them may be very deep, and what is known of it.
struct Program::Tree {
  Arena constants;
  std::vector<NodePtr> nodes;
  std::deque<Function> functions;
  const Node* root = nullptr;
  std::size_t variables = 0;  // of the outermost frame

  Projection reads;
  std::vector<bool> given_variables;  // those that are read, by slot
  bool is_identity = false;
  bool is_computed = false;  // no identity; one output at most
  Value field;               // its name, where the whole expression is a field of the input; else nothing
  std::string canonical_text;
};

}  // namespace flowrun::expr
