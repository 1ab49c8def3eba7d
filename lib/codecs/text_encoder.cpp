#include "codecs/text_encoder.hpp"

#include "record/json.hpp"

namespace flowrun {

std::size_t TextEncoder::encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                                Output&) {
  const auto rows = batch.rows();
  std::size_t next = first;
  for (; next < rows.size() && out.size() < most_bytes; ++next) {
    const Value& value = batch.value(rows[next]);
    if (value.is_text())
      out.append(value.as_text());
    else
      write_json(value, out);
    out.append(end_);
  }
  return next - first;
}

}  // namespace flowrun
