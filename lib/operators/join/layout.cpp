#include "operators/join/layout.hpp"

#include <algorithm>
#include <utility>

namespace flowrun {

const JoinValue& JoinLayout::value(const void* state, std::size_t side) const {
  return value(const_cast<void*>(state), side);
}

const TimedValues& JoinLayout::values(const void* state, std::size_t side) const {
  return values(const_cast<void*>(state), side);
}

std::ptrdiff_t JoinLayout::add(void* state, std::size_t side, const Value& added, Time time) const {
  const auto before = static_cast<std::ptrdiff_t>(owned_bytes(state));
  if (keeps_all()) {
    values(state, side).add(time, added);
  } else if (JoinValue& kept = value(state, side); replaces(time, kept)) {
    kept.value.assign(added);
    kept.time = time;
  }
  return static_cast<std::ptrdiff_t>(owned_bytes(state)) - before;
}

// Whether a value of that time counts from now on, instead of the one that is kept.
bool JoinLayout::replaces(Time time, const JoinValue& kept) const {
  if (kept.value.is_nothing()) return true;
  if (keep_ == JoinKeep::first) return order_ == Order::time && time < kept.time;
  return order_ == Order::arrival || time >= kept.time;
}

bool JoinLayout::has_spoken(const void* state, std::size_t side) const {
  return keeps_all() ? values(state, side).size() > 0 : !value(state, side).value.is_nothing();
}

bool JoinLayout::is_complete(const void* state) const {
  for (std::size_t side = 0; side < sides_; ++side)
    if (!has_spoken(state, side)) return false;
  return true;
}

bool JoinLayout::is_empty(const void* state) const {
  for (std::size_t side = 0; side < sides_; ++side)
    if (has_spoken(state, side)) return false;
  return true;
}

void JoinLayout::reset(void* state) const {
  for (std::size_t side = 0; side < sides_; ++side)
    if (keeps_all())
      values(state, side) = TimedValues();
    else
      value(state, side) = JoinValue();
}

std::size_t JoinLayout::size() const { return sizeof(JoinHeader) + sides_ * side_bytes(); }

void JoinLayout::create(void* state) const {
  ::new (state) JoinHeader;
  for (std::size_t side = 0; side < sides_; ++side)
    if (keeps_all())
      ::new (&values(state, side)) TimedValues;
    else
      ::new (&value(state, side)) JoinValue;
}

void JoinLayout::destroy(void* state) const {
  for (std::size_t side = 0; side < sides_; ++side)
    if (keeps_all())
      values(state, side).~TimedValues();
    else
      value(state, side).~JoinValue();
}

void JoinLayout::encode(const void* state, std::string& out) const {
  state::put(static_cast<const JoinHeader*>(state)->latest, out);
  for (std::size_t side = 0; side < sides_; ++side) {
    if (keeps_all()) {
      values(state, side).encode(out);
    } else {
      state::put(value(state, side).time, out);
      state::put_value(value(state, side).value.get(), out);
    }
  }
}

Status JoinLayout::decode(std::string_view bytes, void* state) const {
  state::Reader reader(bytes);
  header(state).latest = reader.take<Time>();
  Arena arena;
  for (std::size_t side = 0; side < sides_; ++side) {
    if (keeps_all()) {
      values(state, side).decode(reader);
    } else {
      value(state, side).time = reader.take<Time>();
      value(state, side).value.assign(reader.take_value(arena));
    }
  }
  if (!reader.complete()) return Error{"damaged state of a join"};
  return success();
}

void JoinLayout::merge(void* state, void* later) const {
  header(state).latest = std::max(header(state).latest, header(later).latest);
  for (std::size_t side = 0; side < sides_; ++side) {
    if (keeps_all()) {
      values(state, side).merge(std::move(values(later, side)));
    } else if (has_spoken(later, side) && replaces(value(later, side).time, value(state, side))) {
      value(state, side) = std::move(value(later, side));
    }
  }
}

std::size_t JoinLayout::owned_bytes(const void* state) const {
  std::size_t bytes = 0;
  for (std::size_t side = 0; side < sides_; ++side)
    bytes += keeps_all() ? values(state, side).owned_bytes() : value(state, side).value.owned_bytes();
  return bytes;
}

}  // namespace flowrun
