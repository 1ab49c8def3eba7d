#include "operators/aggregate/quantile_sketch.hpp"

#include <algorithm>
#include <cmath>

namespace flowrun {
namespace {

// A little finer than promised, so that rounding at the borders of buckets does not exceed the promise.
constexpr double accuracy = QuantileSketch::relative_accuracy * 0.9999;
// Bucket i holds magnitudes from gamma^(i-1), exclusive, to gamma^i.
constexpr double gamma_ratio = (1 + accuracy) / (1 - accuracy);
const double log_gamma = std::log(gamma_ratio);

std::int32_t index_of(double magnitude) {
  // The infinities come behind the largest double, whose index is about 35 500.
  constexpr std::int32_t infinite_index = 1'000'000;
  return std::isinf(magnitude) ? infinite_index : static_cast<std::int32_t>(std::ceil(std::log(magnitude) / log_gamma));
}

// The number that lies at most 1 % beside all of its bucket.
double magnitude_of(std::int32_t index) { return std::exp(index * log_gamma) * 2 / (gamma_ratio + 1); }

// ceil(q * count), where a product that misses an integer only by rounding counts as that integer.
std::uint64_t rank_of(double q, std::uint64_t count) {
  const double product = q * static_cast<double>(count);
  const double nearest = std::nearbyint(product);
  const double rank = std::abs(product - nearest) <= 1e-12 * std::max(1.0, nearest) ? nearest : std::ceil(product);
  return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(rank), 1, count);
}

}  // namespace

QuantileSketch::Counts& QuantileSketch::counts() {
  if (counts_ == nullptr) counts_ = std::make_unique<Counts>();
  return *counts_;
}

std::uint64_t QuantileSketch::count() const { return counts_ != nullptr ? counts_->count : 0; }

void QuantileSketch::add(Buckets& buckets, std::int32_t index, std::uint64_t count) {
  const auto place = std::lower_bound(buckets.begin(), buckets.end(), index,
                                      [](const Bucket& bucket, std::int32_t sought) { return bucket.index < sought; });
  if (place != buckets.end() && place->index == index)
    place->count += count;
  else
    buckets.insert(place, {index, count});
}

void QuantileSketch::add(double number) {
  Counts& all = counts();
  all.smallest = all.count == 0 ? number : std::min(all.smallest, number);
  all.largest = all.count == 0 ? number : std::max(all.largest, number);
  ++all.count;
  if (number == 0)
    ++all.zeros;
  else
    add(number < 0 ? all.negative : all.positive, index_of(std::abs(number)), 1);
}

void QuantileSketch::merge(const QuantileSketch& other) {
  if (other.count() == 0) return;
  Counts& all = counts();
  const Counts& more = *other.counts_;
  all.smallest = all.count == 0 ? more.smallest : std::min(all.smallest, more.smallest);
  all.largest = all.count == 0 ? more.largest : std::max(all.largest, more.largest);
  all.count += more.count;
  all.zeros += more.zeros;
  for (const Bucket& bucket : more.negative) add(all.negative, bucket.index, bucket.count);
  for (const Bucket& bucket : more.positive) add(all.positive, bucket.index, bucket.count);
}

double QuantileSketch::quantile(double q) const {
  const std::uint64_t rank = rank_of(q, counts_->count);
  if (rank == 1) return counts_->smallest;
  if (rank == counts_->count) return counts_->largest;
  return std::clamp(estimate(rank), counts_->smallest, counts_->largest);
}

double QuantileSketch::estimate(std::uint64_t rank) const {
  std::uint64_t passed = 0;
  for (auto bucket = counts_->negative.rbegin(); bucket != counts_->negative.rend(); ++bucket)
    if ((passed += bucket->count) >= rank) return -magnitude_of(bucket->index);
  if ((passed += counts_->zeros) >= rank) return 0;
  for (const Bucket& bucket : counts_->positive)
    if ((passed += bucket.count) >= rank) return magnitude_of(bucket.index);
  return counts_->largest;
}

void QuantileSketch::encode(const Buckets& buckets, std::string& out) {
  state::put_count(buckets.size(), out);
  for (const Bucket& bucket : buckets) {
    state::put(bucket.index, out);
    state::put_count(bucket.count, out);
  }
}

void QuantileSketch::decode(Buckets& buckets, state::Reader& reader) {
  for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
    const auto index = reader.take<std::int32_t>();
    buckets.push_back({index, reader.take_count()});
  }
}

void QuantileSketch::encode(std::string& out) const {
  state::put_count(count(), out);
  if (count() == 0) return;
  state::put_count(counts_->zeros, out);
  state::put(counts_->smallest, out);
  state::put(counts_->largest, out);
  encode(counts_->negative, out);
  encode(counts_->positive, out);
}

void QuantileSketch::decode(state::Reader& reader) {
  const std::uint64_t count = reader.take_count();
  if (count == 0) return;
  Counts& all = counts();
  all.count = count;
  all.zeros = reader.take_count();
  all.smallest = reader.take<double>();
  all.largest = reader.take<double>();
  decode(all.negative, reader);
  decode(all.positive, reader);
}

std::size_t QuantileSketch::owned_bytes() const {
  if (counts_ == nullptr) return 0;
  return sizeof(Counts) + (counts_->negative.capacity() + counts_->positive.capacity()) * sizeof(Bucket);
}

}  // namespace flowrun
