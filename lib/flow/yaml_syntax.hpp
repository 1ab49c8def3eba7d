#pragma once

#include <optional>

#include "flow/diagnostic.hpp"
#include "flow/yaml_events.hpp"

namespace flowrun {

/// How far the document had been read when the YAML library gave up.
struct YamlProgress {
  std::size_t read_until = 0;               // behind the last scalar or bracket that came as an event
  std::size_t last_scalar = 0;              // where the last scalar that came as an event begins
  std::optional<std::size_t> open_bracket;  // of the innermost [ ] or { } that has begun
};

/// What is wrong where the YAML library gave up, in the words of somebody who writes a flow: most often an expression that
/// YAML takes for something else.
Diagnostic explain_refusal(const SourceText& source, const YamlRefusal& refusal, const YamlProgress& progress);

/// What is wrong with the quote at `offset` of `text`, which is never closed: that, or a comma within { } before it has cut an
/// expression in a text of its own.
Diagnostic explain_unclosed_quote(std::string_view text, std::size_t offset);

}  // namespace flowrun
