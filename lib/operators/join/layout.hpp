#pragma once

#include <cstddef>

#include "base/time.hpp"
#include "operators/aggregate/timed_values.hpp"
#include "operators/join/plan.hpp"
#include "state/layout.hpp"
#include "state/owned_value.hpp"
#include "state/timers.hpp"

namespace flowrun {

/// What stands at the front of a group's state in a join.
struct JoinHeader {
  Time latest = no_time;                   // of its records, by the step's clock
  state::TimerId timer = state::no_timer;  // of this run
};

/// The one value that a join keeps of a side.
struct JoinValue {
  state::OwnedValue value;  // nothing: the side has not spoken
  Time time = no_time;      // its event time
};

/// The packed state of a group: a header, and what is kept of each side, one behind the other.
class JoinLayout final : public state::Layout {
 public:
  /// What the first and the last value of a side go by; ties by arrival.
  enum class Order { arrival, time };
  JoinLayout(std::size_t sides, JoinKeep keep, Order order) : sides_(sides), keep_(keep), order_(order) {}

  static JoinHeader& header(void* state) { return *static_cast<JoinHeader*>(state); }

  std::size_t sides() const { return sides_; }
  bool keeps_all() const { return keep_ == JoinKeep::all; }
  /// Where one value of a side is kept.
  const JoinValue& value(const void* state, std::size_t side) const;
  /// Where all are.
  const TimedValues& values(const void* state, std::size_t side) const;

  /// A value of a side arrives. Returns by how many bytes the memory that the state owns has grown.
  std::ptrdiff_t add(void* state, std::size_t side, const Value& value, Time time) const;
  bool has_spoken(const void* state, std::size_t side) const;
  bool is_complete(const void* state) const;
  bool is_empty(const void* state) const;
  /// Forgets the values of all sides.
  void reset(void* state) const;

  std::size_t size() const override;
  void create(void* state) const override;
  void destroy(void* state) const override;
  void encode(const void* state, std::string& out) const override;
  Status decode(std::string_view bytes, void* state) const override;
  void merge(void* state, void* later) const override;
  std::size_t owned_bytes(const void* state) const override;

 private:
  std::size_t side_bytes() const { return keeps_all() ? sizeof(TimedValues) : sizeof(JoinValue); }
  template <class Part>
  Part& part(void* state, std::size_t side) const {
    return *reinterpret_cast<Part*>(static_cast<char*>(state) + sizeof(JoinHeader) + side * side_bytes());
  }
  JoinValue& value(void* state, std::size_t side) const { return part<JoinValue>(state, side); }
  TimedValues& values(void* state, std::size_t side) const { return part<TimedValues>(state, side); }

  bool replaces(Time time, const JoinValue& kept) const;

  std::size_t sides_;
  JoinKeep keep_;
  Order order_;
};

}  // namespace flowrun
