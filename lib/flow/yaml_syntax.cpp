#include "flow/yaml_syntax.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "flow/diagnostic_codes.hpp"

namespace flowrun {

Diagnostic explain_refusal(const SourceText& source, const YamlRefusal& refusal, std::size_t read_until) {
  static_cast<void>(read_until);
  const std::size_t begin = std::min(refusal.offset, source.text().size());
  return {Severity::error, std::string(Code::yaml_syntax), {begin, begin + 1}, refusal.reason, "", nullptr};
}

}  // namespace flowrun
