#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "component/output.hpp"
#include "record/batch.hpp"

namespace flowrun {

/// Cuts a stream of bytes at record ends. One per partition.
class Framer {
 public:
  virtual ~Framer() = default;

  struct Cut {
    std::size_t bytes = 0;    // of the leading whole records, with their line ends
    std::size_t records = 0;  // at most `most_records`
    std::size_t lines = 0;    // newlines among them
  };
  /// `bytes` begins at the end of the previous cut. `at_end`: no more will come, so what is left is a record too.
  /// A cut of 0 bytes asks for more input; one of a record without bytes, at the end, says that nothing at all is a record.
  /// No state is kept: the same bytes may come again, with more or fewer behind them.
  virtual Cut cut(std::string_view bytes, std::size_t most_records, bool at_end) = 0;

  /// Framing by newline: any newline ends a record, whatever came before it. Blocks can be decoded by any worker.
  virtual bool by_newline() const = 0;

  struct Passed {
    std::size_t bytes;
    bool has_ended;
  };
  /// Passes over a record that is too long to be kept: tells how many of `bytes` belong to it, and whether it ends with them.
  /// `state` is 0 at its beginning, and then what the call before left in it.
  virtual Passed pass(std::string_view bytes, unsigned char& state) const {
    static_cast<void>(state);
    const std::size_t newline = by_newline() ? bytes.find('\n') : bytes.npos;
    return newline == bytes.npos ? Passed{bytes.size(), false} : Passed{newline + 1, true};
  }
};

/// Turns records into bytes. One per sink and worker.
class Encoder {
 public:
  virtual ~Encoder() = default;

  /// Appends rows(first..) of `batch` to `out` until that holds `most_bytes` or more; returns how many rows were
  /// consumed. Rows that cannot be encoded are rejected (kind sink). Where the plan says so, `raw` leaves instead of
  /// the value.
  virtual std::size_t encode(const Batch& batch, std::size_t first, std::size_t most_bytes, std::string& out,
                             Output& rejected) = 0;
};

}  // namespace flowrun
