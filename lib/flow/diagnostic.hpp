#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flow/position.hpp"

namespace flowrun {

enum class Severity { error, warning };

/// A fault of a file that the user wrote, at the token that is wrong.
struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;     // a short stable name, of flow/diagnostic_codes.hpp or of an expression's CompileError
  SourceSpan span;      // of `source`; an empty one is a place between two bytes
  std::string message;  // what was found, what was expected; one line without a full stop
  std::string hint;     // what to write instead; may be empty
  std::shared_ptr<const SourceText> source;
};

/// The faults of a flow, collected while it is read and compiled. One thread.
class Diagnostics {
 public:
  /// `source` is the file that spans mean, unless a diagnostic names another.
  explicit Diagnostics(std::shared_ptr<const SourceText> source);

  void error(std::string_view code, SourceSpan span, std::string message, std::string hint = {});
  void warning(std::string_view code, SourceSpan span, std::string message, std::string hint = {});
  /// For one of another file (`functions: functions.jq`), or made elsewhere. One without a source is of the main file.
  void add(Diagnostic diagnostic);

  /// What stands at `span` is wrong as a whole and has been reported: later faults within it only follow from that, and are
  /// dropped.
  void poison(SourceSpan span) { poisoned_.push_back(span); }
  bool is_poisoned(SourceSpan span) const;

  bool has_errors() const { return has_errors_; }
  /// How many are kept; of those beyond it only the number is told.
  static constexpr std::size_t most = 500;

  /// In the order of their positions (those of other files last), each once.
  std::vector<Diagnostic> sorted() const;
  /// All as a person reads them, in that order; each ends in a newline. Empty if there are none.
  std::string render() const;

  const std::shared_ptr<const SourceText>& source() const { return source_; }

 private:
  std::shared_ptr<const SourceText> source_;
  std::vector<Diagnostic> all_;
  std::size_t further_ = 0;  // beyond the most that are kept
  bool has_errors_ = false;
  std::vector<SourceSpan> poisoned_;
};

/// `path:line:col: error[code]: message`, the source line with a caret under the span, and `hint: ...` if there is one.
/// Tabs are expanded, long lines are cut around the caret, and bytes that a terminal would obey are shown as U+FFFD.
std::string render(const Diagnostic& diagnostic);

}  // namespace flowrun
