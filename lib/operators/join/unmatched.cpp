#include "operators/join/unmatched.hpp"

#include <utility>

#include "record/group.hpp"
#include "state/encoding.hpp"

namespace flowrun {

void Unmatched::List::encode(std::string& out) const {
  state::put_count(records.size(), out);
  for (const Record& record : records) {
    state::put(record.side, out);
    state::put(record.time, out);
    state::put_value(record.value.get(), out);
  }
}

bool Unmatched::List::decode(std::string_view bytes) {
  state::Reader reader(bytes);
  Arena arena;
  for (std::uint64_t left = reader.take_count(); left > 0 && reader.ok(); --left) {
    const auto side = reader.take<std::uint32_t>();
    const Time time = reader.take<Time>();
    records.push_back({side, time, state::OwnedValue(reader.take_value(arena))});
    arena.clear();
  }
  return reader.complete();
}

void Unmatched::List::merge(List&& later) {
  for (Record& record : later.records) records.push_back(std::move(record));
}

std::size_t Unmatched::List::owned_bytes() const {
  std::size_t bytes = records.capacity() * sizeof(Record);
  for (const Record& record : records) bytes += record.value.owned_bytes();
  return bytes;
}

Unmatched::Unmatched(state::KeyedStates& states) : lists_(states, "unmatched"), state_(lists_.keyed()) {}

// A list goes by its number, behind the null, so that all are on the worker of that group.
void Unmatched::add(const Group& null_group, std::size_t side, const Value& value, Time time) {
  if (open_ == nullptr || list(*open_).records.size() == most_of_a_list) {
    group_.assign(null_group.bytes);
    encode_group(Value::integer(opened_++), group_);
    open_ = &state_.find_or_create({group_, null_group.hash});
  }
  std::vector<Record>& records = list(*open_).records;
  const std::size_t room = records.capacity();
  records.push_back({static_cast<std::uint32_t>(side), time, state::OwnedValue(value)});
  state_.grow(
      static_cast<std::ptrdiff_t>((records.capacity() - room) * sizeof(Record) + records.back().value.owned_bytes()));
  state_.touch(*open_);
}

Progress Unmatched::emit(JoinRows& rows, Output& output) {
  if (emitting_.empty()) emitting_ = state_.sorted_entries();
  for (; next_list_ < emitting_.size(); ++next_list_) {
    const std::vector<Record>& records = list(*emitting_[next_list_]).records;
    for (; next_record_ < records.size(); ++next_record_) {
      if (rows.emit(output) == Progress::more) return Progress::more;
      const Record& record = records[next_record_];
      rows.begin_alone(record.side, record.value.get(), record.time, null_group());
    }
    next_record_ = 0;
  }
  return rows.emit(output);
}

void Unmatched::clear() {
  state_.clear();
  open_ = nullptr;
  emitting_.clear();
  next_list_ = next_record_ = 0;
}

void Unmatched::restored() {
  const auto lists = state_.sorted_entries();
  opened_ = 0;
  for (state::KeyedState::Entry* const entry : lists) {
    std::string_view group = state_.group(*entry);
    Arena arena;
    take_group(group, arena);
    opened_ = static_cast<std::uint32_t>(take_group(group, arena).as_integer()) + 1;
  }
  open_ = lists.empty() ? nullptr : lists.back();
}

}  // namespace flowrun
