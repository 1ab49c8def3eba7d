#include "flow/position_in_scalar.hpp"

#include <algorithm>

#include "flow/yaml_scalar.hpp"

namespace flowrun {
namespace {

bool is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\n'; }

SourceSpan at_end_of(SourceSpan span) { return {span.end, span.end}; }

}  // namespace

std::vector<std::size_t> source_offsets(const SourceText& source, const YamlNode& scalar) {
  return trace_scalar(source.text(), scalar.span.begin, scalar.text).offsets;
}

SourceSpan span_in(const SourceText& source, const YamlNode& scalar, std::size_t offset, std::size_t length) {
  const std::vector<std::size_t> offsets = source_offsets(source, scalar);
  const std::size_t last = offsets.size() - 1;
  std::size_t first = std::min(offset, last);
  if (first == last) {
    // The end of a value is behind its last word, whatever blanks and line ends are there.
    while (first > 0 && is_blank(scalar.text[first - 1])) --first;
    if (first > 0) return at_end_of(span_in(source, scalar, first - 1, 1));
  }
  const std::size_t behind = first + std::min(length, last - first);
  SourceSpan span{offsets[first], offsets[behind]};
  if (behind == first) return span;
  // It ends behind its last byte; the indentation before the next one is not meant.
  const std::size_t smallest_end = offsets[behind - 1] + 1;
  while (span.end > smallest_end && is_blank(source.text()[span.end - 1])) --span.end;
  return span;
}

}  // namespace flowrun
