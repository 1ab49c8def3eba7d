#include "testing/matching.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "record/json.hpp"

namespace flowrun {
namespace {

constexpr double tolerance = 1e-12;
constexpr std::size_t alone = static_cast<std::size_t>(-1);

bool is_whole(const Value& number) {
  return number.kind() == Kind::integer ||
         (number.kind() == Kind::digits && number.as_text().find_first_of(".eE") == std::string_view::npos);
}

bool numbers_agree(const Value& expected, const Value& got) {
  if (compare(expected, got) == 0) return true;
  if (is_whole(expected) && is_whole(got)) return false;
  const double left = to_double(expected);
  const double right = to_double(got);
  return std::abs(left - right) <= tolerance * std::max(std::abs(left), std::abs(right));
}

// Not a number is written as null, the infinities as the largest numbers.
Value as_written(const Value& value) {
  if (value.kind() != Kind::number) return value;
  if (std::isnan(value.as_number())) return Value::null();
  if (std::isinf(value.as_number()))
    return Value::number(std::copysign(std::numeric_limits<double>::max(), value.as_number()));
  return value;
}

std::string json(const Value* value) {
  if (value == nullptr) return "nothing";
  std::string text;
  write_json(*value, text);
  return text;
}

std::string difference(const Value* expected, const Value* got, const std::string& path) {
  if (expected != nullptr && got != nullptr && expected->kind() == got->kind()) {
    if (expected->kind() == Kind::object) {
      for (const Member& member : expected->members()) {
        const Value* const partner = find(*got, member.key.as_text());
        const std::string found = difference(&member.value, partner, fmt::format("{}.{}", path, member.key.as_text()));
        if (!found.empty()) return found;
      }
      for (const Member& member : got->members())
        if (find(*expected, member.key.as_text()) == nullptr)
          return difference(nullptr, &member.value, fmt::format("{}.{}", path, member.key.as_text()));
      return {};
    }
    if (expected->kind() == Kind::array) {
      const std::size_t most = std::max(expected->size(), got->size());
      for (std::size_t index = 0; index < most; ++index) {
        const std::string found =
            difference(index < expected->size() ? &expected->items()[index] : nullptr,
                       index < got->size() ? &got->items()[index] : nullptr, fmt::format("{}[{}]", path, index));
        if (!found.empty()) return found;
      }
      return {};
    }
  }
  if (expected != nullptr && got != nullptr && agrees(*expected, *got)) return {};
  return fmt::format("{}: expected {}, got {}", path.empty() ? "." : path, json(expected), json(got));
}

// Augmenting paths: each item of the first list takes a partner, and moves those that had it on to others.
class Partners {
 public:
  Partners(std::size_t got, const std::function<bool(std::size_t, std::size_t)>& may_pair)
      : may_pair_(may_pair), partner_(got, alone) {}

  bool place(std::size_t expected) {
    tried_.assign(partner_.size(), false);
    return try_to_place(expected);
  }
  const std::vector<std::size_t>& partners() const { return partner_; }

 private:
  bool try_to_place(std::size_t expected) {
    for (std::size_t got = 0; got < partner_.size(); ++got) {
      if (partner_[got] != alone || !may_pair_(expected, got)) continue;
      partner_[got] = expected;
      return true;
    }
    for (std::size_t got = 0; got < partner_.size(); ++got) {
      if (tried_[got] || !may_pair_(expected, got)) continue;
      tried_[got] = true;
      if (!try_to_place(partner_[got])) continue;
      partner_[got] = expected;
      return true;
    }
    return false;
  }

  const std::function<bool(std::size_t, std::size_t)>& may_pair_;
  std::vector<std::size_t> partner_;  // of each of the second list
  std::vector<bool> tried_;
};

}  // namespace

bool agrees(const Value& expected_value, const Value& got_value) {
  const Value expected = as_written(expected_value);
  const Value got = as_written(got_value);
  if (expected.is_numeric() && got.is_numeric()) return numbers_agree(expected, got);
  if (expected.kind() != got.kind()) return false;
  if (expected.kind() == Kind::array)
    return std::equal(expected.items().begin(), expected.items().end(), got.items().begin(), got.items().end(),
                      [](const Value& left, const Value& right) { return agrees(left, right); });
  if (expected.kind() != Kind::object) return compare(expected, got) == 0;
  return expected.size() == got.size() &&
         std::all_of(expected.members().begin(), expected.members().end(), [&](const Member& member) {
           const Value* const partner = find(got, member.key.as_text());
           return partner != nullptr && agrees(member.value, *partner);
         });
}

bool agrees(const TestRecord& expected, const CapturedRecord& got) {
  return (!expected.value || agrees(*expected.value, got.value)) && (!expected.key || agrees(*expected.key, got.key)) &&
         (!expected.time || *expected.time == got.time) && (!expected.meta || agrees(*expected.meta, got.meta));
}

Pairing pair_up(std::size_t expected, std::size_t got, const std::function<bool(std::size_t, std::size_t)>& may_pair) {
  Partners partners(got, may_pair);
  Pairing pairing;
  for (std::size_t index = 0; index < expected; ++index)
    if (!partners.place(index)) pairing.missing.push_back(index);
  for (std::size_t index = 0; index < got; ++index)
    if (partners.partners()[index] == alone) pairing.unexpected.push_back(index);
  return pairing;
}

std::string first_difference(const Value& expected, const Value& got) { return difference(&expected, &got, ""); }

}  // namespace flowrun
