#pragma once

#include <string_view>

#include "component/codec.hpp"

namespace flowrun {

/// Text as it is, any other value as JSON, with `end` behind each record.
class TextEncoder final : public Encoder {
 public:
  explicit TextEncoder(std::string_view end) : end_(end) {}

  std::size_t encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                     Output& rejected) override;

 private:
  std::string_view end_;
};

}  // namespace flowrun
