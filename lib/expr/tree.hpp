#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "expr/nodes.hpp"
#include "expr/program.hpp"

namespace flowrun::expr {

/// What spares most evaluations the machine: what the whole expression is.
enum class Shortcut : std::uint8_t { none, identity, field, quick, record };

/// A compiled expression: all its nodes, flat, since chains of them may be very deep, and what is known of it.
struct Program::Tree {
  Arena constants;
  std::vector<NodePtr> nodes;
  std::deque<Function> functions;
  const Node* root = nullptr;
  std::size_t variables = 0;  // of the outermost frame

  Projection reads;
  std::vector<bool> given_variables;  // those that are read, by slot
  Shortcut shortcut = Shortcut::none;
  Value field;                          // its name
  const QuickRecord* record = nullptr;  // what makes it
  std::string canonical_text;
};

}  // namespace flowrun::expr
