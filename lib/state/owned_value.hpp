#pragma once

#include <cstddef>
#include <utility>

#include "record/value.hpp"

namespace flowrun::state {

/// A value that owns its memory: one compact block, none for scalars and short text. What state keeps of records, so
/// that no arena of a batch outlives its hop. 16 bytes; no evaluation owns its parts, so none changes them.
class OwnedValue {
 public:
  OwnedValue() = default;
  explicit OwnedValue(const Value& value) { assign(value); }
  ~OwnedValue() { release(); }
  OwnedValue(const OwnedValue& other) { assign(other.value_); }
  OwnedValue(OwnedValue&& other) noexcept : value_(std::exchange(other.value_, Value())) {}
  OwnedValue& operator=(OwnedValue&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }

  /// A copy of `value`, which may share memory with what is held now.
  void assign(const Value& value) {
    if (needs_no_block(value) && needs_no_block(value_))
      value_ = value;
    else
      assign_with_block(value);
  }
  /// Valid until the next change. `nothing` until a value was assigned.
  const Value& get() const { return value_; }
  bool is_nothing() const { return value_.is_nothing(); }

  /// Bytes of the block.
  std::size_t owned_bytes() const { return needs_no_block(value_) ? 0 : block_bytes(); }

 private:
  static bool needs_no_block(const Value& value) { return value.kind() < Kind::digits; }
  void assign_with_block(const Value& value);
  std::size_t block_bytes() const;
  void release();

  Value value_;
};

}  // namespace flowrun::state
