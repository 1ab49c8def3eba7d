#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/nodes.hpp"

namespace flowrun::expr {

/// Makes the node of a call of a builtin that is more than a function of values: a generator, a path, a loop.
using NodeFactory = NodePtr (*)(const std::vector<const Node*>& arguments);

/// A function that every expression sees. One of `function`, `factory` and `definition` says what it does.
struct Builtin {
  std::string_view name;
  std::size_t arity = 0;
  std::string_view meaning;  // one line, for `list functions`
  NativeFunction function = nullptr;
  NodeFactory factory = nullptr;
  std::string_view definition = {};    // in jq: `def name(parameters): ...;`
  bool first_outermost = false;        // of several outputs of arguments those of the first vary slowest
  NativeFunction consuming = nullptr;  // the same as `function`, where nobody needs the input afterwards
};

/// All of them, by theme.
std::span<const Builtin* const> builtins();
/// Null where there is none of that name and number of arguments.
const Builtin* find_builtin(std::string_view name, std::size_t arity);
/// Why a function of jq is not there and what to use instead; empty where the name is no such function.
std::string_view why_unsupported(std::string_view name);

/// An expression over null that calls the builtin, and its output as compact JSON.
struct Example {
  std::string_view expression;
  std::string_view output;
};
Example example_of(const Builtin& builtin);

// One file each: the builtins of a theme.
std::span<const Builtin> value_builtins();
std::span<const Builtin> array_builtins();
std::span<const Builtin> object_builtins();
std::span<const Builtin> text_builtins();
std::span<const Builtin> number_builtins();
std::span<const Builtin> path_builtins();
std::span<const Builtin> generator_builtins();
std::span<const Builtin> loop_builtins();
std::span<const Builtin> regex_builtins();
std::span<const Builtin> time_builtins();
std::span<const Builtin> stream_builtins();

}  // namespace flowrun::expr
