#pragma once

#include <cstdint>
#include <string>

#include "operators/aggregate/double_double.hpp"
#include "record/value.hpp"
#include "state/encoding.hpp"

namespace flowrun {

/// The sum of any numbers: integers exactly in 128 bits, doubles as a double-double, so that the order of addition does
/// not show.
class ExactSum {
 public:
  void add(const Value& number);
  void add(const ExactSum& other);

  /// An integer where only integers were added and it fits 64 bits, else a double, rounded once.
  Value total() const;
  /// The total divided by how many were added; an integer where it is one and only integers were added. `count` is
  /// above 0.
  Value mean(std::uint64_t count) const;

  void encode(std::string& out) const;
  void decode(state::Reader& reader);

 private:
  void add_integer(std::uint64_t low, std::int64_t high);
  DoubleDouble as_double_double() const;

  std::uint64_t low_ = 0;  // of the integers' sum, in two's complement
  std::int64_t high_ = 0;
  DoubleDouble doubles_;
  bool has_doubles_ = false;
};

}  // namespace flowrun
