#pragma once

#include <cstddef>
#include <vector>

#include "operators/join/rows.hpp"
#include "state/keyed_states.hpp"
#include "state/typed_state.hpp"

namespace flowrun {

/// The records of a join whose group is null, until they are emitted at the end, each as a row of its own. They are kept in
/// lists of limited length, so that a new one changes little of what is stored. On one worker.
class Unmatched {
 public:
  explicit Unmatched(state::KeyedStates& states);

  /// `null_group` is theirs.
  void add(const Group& null_group, std::size_t side, const Value& value, Time time);
  /// All rows, in the order of arrival; `more`: the output is full.
  Progress emit(JoinRows& rows, Output& output);
  void clear();
  void restored();

 private:
  static constexpr std::size_t most_of_a_list = 256;

  struct Record {
    std::uint32_t side;
    Time time;
    state::OwnedValue value;
  };
  struct List {
    std::vector<Record> records;

    void encode(std::string& out) const;
    bool decode(std::string_view bytes);
    void merge(List&& later);
    std::size_t owned_bytes() const;
  };
  static List& list(state::KeyedState::Entry& entry) { return *static_cast<List*>(entry.state()); }

  state::TypedState<List> lists_;
  state::KeyedState& state_;
  state::KeyedState::Entry* open_ = nullptr;  // the list that is not full
  std::uint32_t opened_ = 0;
  std::string group_;
  std::vector<state::KeyedState::Entry*> emitting_;  // in order
  std::size_t next_list_ = 0;
  std::size_t next_record_ = 0;
};

}  // namespace flowrun
