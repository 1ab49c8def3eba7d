#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/options.hpp"
#include "flow/diagnostic.hpp"
#include "flow/yaml_tree.hpp"

namespace flowrun {

/// A text of the flow after its templates were evaluated.
struct Expanded {
  Value value;           // text, or of whatever type where the text is exactly one template
  bool assumed = false;  // it depends on a parameter or secret that was not given, so any value may stand here
};

/// What the expressions and templates of a flow can see, and the way to turn them into programs and values. All that is
/// wrong with a text goes to the diagnostics, at its place within the YAML scalar. One per loading; the values and programs
/// that it makes need `memory()` to live on.
class Scope {
 public:
  explicit Scope(Diagnostics& diagnostics);

  Diagnostics& diagnostics() { return diagnostics_; }
  const SourceText& source() const { return *diagnostics_.source(); }
  /// What the constants live in; shared by the flow that is made.
  const std::shared_ptr<Arena>& memory() const { return memory_; }

  /// `$name`; seen by expressions too unless it is for templates alone ($secrets). Of an object only fields that it has may
  /// be read by name, where `fields` says so.
  void define(std::string name, Value value, bool templates_only);
  /// `$params.name`, whose value is known when the flow runs only.
  void assume_parameter(std::string name) { assumed_.push_back(std::move(name)); }
  /// Any secret may be read: none of them is known (check).
  void assume_secrets();
  /// jq definitions that every expression sees.
  void set_functions(std::string text) { expressions_.functions = std::move(text); }
  /// The definitions are broken, so a function that is not known may be one of them.
  void poison_functions() { functions_broken_ = true; }
  const expr::Environment& environment() const { return expressions_; }

  /// What kind of text a program is made of.
  enum class Form { expression, interpolation };

  /// The program of a scalar in the slot `name`; null: faults were reported. `variables`: the operator's own.
  ProgramPtr compile(std::string_view name, const YamlNode& scalar, const std::vector<std::string>& variables = {},
                     Form form = Form::expression);
  /// The same of a part of a scalar's text.
  ProgramPtr compile_part(std::string_view name, const YamlNode& scalar, std::size_t offset, std::string_view text,
                          const std::vector<std::string>& variables, Form form = Form::expression);

  /// The text of a scalar with its templates evaluated; nothing: faults were reported.
  std::optional<Expanded> expand(std::string_view name, const YamlNode& scalar);

  /// Reports the faults of an expression that is a part of a scalar's text, from `offset` on.
  void report(std::string_view name, const YamlNode& scalar, std::size_t offset,
              const std::vector<expr::CompileError>& errors, bool is_template = false);

 private:
  std::string hint_in_expression(std::string_view name, const YamlNode& scalar, std::size_t offset,
                                 const expr::CompileError& error) const;
  std::optional<Expanded> evaluate(std::string_view name, const YamlNode& scalar, std::size_t offset,
                                   std::string_view text);
  bool is_assumed(std::string_view text) const;

  Diagnostics& diagnostics_;
  std::shared_ptr<Arena> memory_ = std::make_shared<Arena>();
  expr::Environment expressions_;
  expr::Environment templates_;
  expr::Machine machine_;
  std::vector<std::string> assumed_;
  bool secrets_assumed_ = false;
  bool functions_broken_ = false;
};

/// The text that a value stands for in a text: itself, or its JSON.
std::string text_of(const Value& value);

}  // namespace flowrun
