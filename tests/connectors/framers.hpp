#pragma once

#include <cstring>
#include <functional>
#include <memory>

#include "component/registry.hpp"

namespace flowrun {

/// Framing by newline, as `json` and `lines` have it.
class LineFramer final : public Framer {
 public:
  Cut cut(std::string_view bytes, std::size_t most_records, bool at_end) override {
    Cut cut;
    while (cut.records < most_records && cut.bytes < bytes.size()) {
      const std::size_t newline = bytes.find('\n', cut.bytes);
      if (newline == std::string_view::npos && !at_end) break;
      cut.lines += newline != std::string_view::npos;
      cut.bytes = newline == std::string_view::npos ? bytes.size() : newline + 1;
      ++cut.records;
    }
    return cut;
  }
  bool by_newline() const override { return true; }
};

/// All bytes are one record, as `raw` has it.
class WholeFramer final : public Framer {
 public:
  Cut cut(std::string_view bytes, std::size_t, bool at_end) override {
    return at_end ? Cut{bytes.size(), 1, 0} : Cut{};
  }
  bool by_newline() const override { return false; }
};

template <class F = LineFramer>
Framing framing(std::size_t max_record = 16 * 1024 * 1024) {
  return {[] { return std::make_unique<F>(); }, max_record};
}

}  // namespace flowrun
