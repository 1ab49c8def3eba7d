#include "flow/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>
#include <utility>

#include "base/secrecy.hpp"

namespace flowrun {

Diagnostics::Diagnostics(std::shared_ptr<const SourceText> source) : source_(std::move(source)) {}

void Diagnostics::error(std::string_view code, SourceSpan span, std::string message, std::string hint) {
  add({Severity::error, std::string(code), span, std::move(message), std::move(hint), source_});
}

void Diagnostics::warning(std::string_view code, SourceSpan span, std::string message, std::string hint) {
  add({Severity::warning, std::string(code), span, std::move(message), std::move(hint), source_});
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (all_.size() == most) {
    ++further_;
    has_errors_ = has_errors_ || diagnostic.severity == Severity::error;
    return;
  }
  if (!diagnostic.source) diagnostic.source = source_;
  diagnostic.message = without_secrets(std::move(diagnostic.message));
  diagnostic.hint = without_secrets(std::move(diagnostic.hint));
  if (diagnostic.source == source_ && is_poisoned(diagnostic.span)) return;
  has_errors_ = has_errors_ || diagnostic.severity == Severity::error;
  all_.push_back(std::move(diagnostic));
}

bool Diagnostics::is_poisoned(SourceSpan span) const {
  return std::any_of(poisoned_.begin(), poisoned_.end(),
                     [&](SourceSpan poisoned) { return poisoned.begin <= span.begin && span.end <= poisoned.end; });
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  const auto place = [this](const Diagnostic& one) {
    const bool of_other_file = one.source != source_;
    return std::make_tuple(of_other_file, std::string_view(one.source->path()), one.span.begin);
  };
  std::vector<Diagnostic> ordered = all_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [&](const Diagnostic& left, const Diagnostic& right) { return place(left) < place(right); });
  // What is aliased is looked at once for each alias; it is wrong only once.
  std::vector<Diagnostic> once;
  for (Diagnostic& one : ordered) {
    bool known = false;
    for (auto other = once.rbegin(); !known && other != once.rend() && place(*other) == place(one); ++other)
      known = other->code == one.code && other->message == one.message;
    if (!known) once.push_back(std::move(one));
  }
  return once;
}

std::string Diagnostics::render() const {
  std::string text;
  for (const Diagnostic& one : sorted()) text += flowrun::render(one);
  if (further_ > 0) text += fmt::format("{}: and {} more\n", source_->path(), further_);
  return text;
}

}  // namespace flowrun
