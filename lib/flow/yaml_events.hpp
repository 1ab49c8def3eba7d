#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "flow/position.hpp"

namespace flowrun {

/// What the YAML library tells of a document, in its order. An offset is where it says that the node begins: at the node's
/// anchor or tag if it has one, of an empty value at the token *behind* it. An anchor of 0 is none.
class YamlEvents {
 public:
  virtual ~YamlEvents() = default;
  /// `null`, `~` or nothing.
  virtual void null(std::size_t offset, std::size_t anchor) = 0;
  virtual void alias(std::size_t offset, std::size_t anchor) = 0;
  virtual void scalar(std::size_t offset, std::size_t anchor, const std::string& text) = 0;
  virtual void begin_sequence(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) = 0;
  virtual void end_sequence() = 0;
  virtual void begin_mapping(std::size_t offset, std::size_t anchor, bool is_tagged, bool in_brackets) = 0;
  virtual void end_mapping() = 0;
};

/// Why the library gave up, in its words.
struct YamlRefusal {
  std::size_t offset = 0;
  std::string reason;
  bool too_deep = false;
};

/// Hands the first document of `source` to `events`. The text is valid UTF-8 without control characters but tab and newline:
/// the library takes others for its own end mark. Nothing if it read all of it; a second document is no refusal but
/// `second_document`, where it begins.
std::optional<YamlRefusal> parse_yaml(const SourceText& source, YamlEvents& events,
                                      std::optional<std::size_t>& second_document);

}  // namespace flowrun
