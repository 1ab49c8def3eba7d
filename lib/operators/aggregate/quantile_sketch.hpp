#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "state/encoding.hpp"

namespace flowrun {

/// Estimates quantiles of any number of doubles within 1 %: DDSketch (Masson, Rim, Lee, VLDB 2019), with counts in
/// sorted buckets, so that memory goes by how many magnitudes there are, not by how far they lie apart. Two sketches
/// merge into exactly that of all their numbers.
class QuantileSketch {
 public:
  static constexpr double relative_accuracy = 0.01;

  /// Any double but NaN.
  void add(double number);
  void merge(const QuantileSketch& other);

  std::uint64_t count() const;
  /// The number of rank ceil(q * count), q from 0 to 1: within 1 %, never outside the smallest and the largest, and
  /// exactly these at the ends. There is one at least.
  double quantile(double q) const;

  void encode(std::string& out) const;
  void decode(state::Reader& reader);
  std::size_t owned_bytes() const;

 private:
  struct Bucket {
    std::int32_t index;
    std::uint64_t count;
  };
  // Of magnitudes of one sign, by index.
  using Buckets = std::vector<Bucket>;
  struct Counts {
    std::uint64_t count = 0;
    std::uint64_t zeros = 0;
    double smallest = 0;
    double largest = 0;
    Buckets negative;
    Buckets positive;
  };
  static void add(Buckets& buckets, std::int32_t index, std::uint64_t count);
  static void encode(const Buckets& buckets, std::string& out);
  static void decode(Buckets& buckets, state::Reader& reader);
  Counts& counts();
  double estimate(std::uint64_t rank) const;

  std::unique_ptr<Counts> counts_;
};

}  // namespace flowrun
