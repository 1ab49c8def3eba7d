#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "expr/program.hpp"
#include "record/value.hpp"

namespace flowrun {

class Options;
using ProgramPtr = std::shared_ptr<const expr::Program>;

/// A name and the expression that stands behind it.
struct FieldProgram {
  std::string name;
  ProgramPtr program;
};
using FieldPrograms = std::vector<FieldProgram>;

/// One of the `values` of an aggregate: `name: function(argument; ...)`, or `{fold: {init, add, merge, by_time}}`.
struct Call {
  std::string name;
  std::string function;               // "sum", ..., "fold"
  std::vector<ProgramPtr> arguments;  // of a fold: init, add, merge; null where one was not given
  std::string text;                   // as written
  bool by_time = false;               // of a fold
};

/// A component by name, with its own options.
struct ComponentChoice {
  std::string name;
  std::shared_ptr<const Options> options;
};

/// A header of a CSV: there or not, or its names.
struct Columns {
  bool header = true;
  std::vector<std::string> names;
};

using OptionValue =
    std::variant<std::monostate, bool, std::int64_t, double, Duration, Time, std::string, std::vector<std::string>,
                 ProgramPtr, FieldPrograms, std::vector<Call>, std::vector<std::pair<std::string, std::string>>,
                 std::shared_ptr<const Options>, ComponentChoice, Columns, Value>;

/// The options of a step, checked against its Spec: what has a default is there. Values by name, in the order of the
/// Spec.
class Options {
 public:
  void set(std::string name, OptionValue value) { values_.emplace_back(std::move(name), std::move(value)); }

  /// Null where the option was not given and has no default.
  const OptionValue* find(std::string_view name) const {
    for (const auto& [known, value] : values_)
      if (known == name) return &value;
    return nullptr;
  }
  /// The option as a `T`, or null where it is absent or of another type.
  template <class T>
  const T* get(std::string_view name) const {
    const OptionValue* const value = find(name);
    return value != nullptr ? std::get_if<T>(value) : nullptr;
  }
  /// The option as a `T`; it is required, or has a default.
  template <class T>
  const T& at(std::string_view name) const {
    return std::get<T>(*find(name));
  }
  bool has(std::string_view name) const { return find(name) != nullptr; }

 private:
  std::vector<std::pair<std::string, OptionValue>> values_;
};

}  // namespace flowrun
