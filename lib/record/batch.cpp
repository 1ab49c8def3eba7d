#include "record/batch.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace flowrun {
namespace {

constexpr auto all_rows = [] {
  std::array<Batch::Row, Batch::most_rows> rows{};
  for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<Batch::Row>(row);
  return rows;
}();

// A column that is not there means its default for every row, so a default need not be stored in it.
template <class T>
void set_in(std::vector<T>& column, Batch::Row row, const T& value, const T& absent) {
  if (row < column.size()) {
    column[row] = value;
    return;
  }
  if (row > column.size()) column.resize(row, absent);
  column.push_back(value);
}

// The items of a column at `rows`.
template <class T>
std::vector<T> gathered(const std::vector<T>& column, std::span<const Batch::Row> rows, const T& absent) {
  std::vector<T> found;
  if (column.empty()) return found;
  found.reserve(rows.size());
  for (const Batch::Row row : rows) found.push_back(row < column.size() ? column[row] : absent);
  return found;
}

}  // namespace

Batch Batch::share() const {
  Batch second;
  second.kept_ = kept_;
  if (arena_ != nullptr) second.kept_.push_back(arena_);
  second.kept_bytes_ = bytes();
  second.values_ = values_;
  second.keys_ = keys_;
  second.times_ = times_;
  second.raws_ = raws_;
  second.places_ = places_;
  second.metas_ = metas_;
  second.groups_ = groups_;
  second.watermarks_ = watermarks_;
  second.selection_ = selection_;
  second.selected_ = selected_;
  second.front_ = front_;
  second.partition_ = partition_;
  return second;
}

void Batch::make_arena() { arena_ = std::make_shared<Arena>(); }

void Batch::keep(std::shared_ptr<const void> memory) {
  if (memory != nullptr && std::find(kept_.begin(), kept_.end(), memory) == kept_.end())
    kept_.push_back(std::move(memory));
}

void Batch::keep_memory_of(const Batch& other) {
  keep(other.arena_);
  for (const auto& memory : other.kept_) keep(memory);
}

std::span<const Batch::Row> Batch::rows() const {
  if (selected_) return std::span(selection_).subspan(front_);
  return std::span(all_rows).subspan(front_, values_.size() - front_);
}

void Batch::select(std::span<const Row> rows) {
  if (rows.data() == selection_.data() + front_) {
    selection_.resize(front_ + rows.size());
  } else {
    selection_.assign(rows.begin(), rows.end());
    front_ = 0;
  }
  selected_ = true;
}

void Batch::drop_front(std::size_t count) {
  assert(count <= size());
  front_ += count;
}

void Batch::set_key(Row row, const Value& key) {
  if (key.is_null() && row >= keys_.size()) return;
  set_in(keys_, row, key, Value::null());
}

void Batch::set_time(Row row, Time time) {
  if (time == no_time && row >= times_.size()) return;
  set_in(times_, row, time, no_time);
}

void Batch::set_later_raw(Row row, std::string_view raw) {
  if (raws_.empty()) raws_.reserve(values_.capacity());
  set_in(raws_, row, raw, {});
}

void Batch::set_later_place(Row row, Place place) {
  if (places_.empty()) places_.reserve(values_.capacity());
  set_in(places_, row, place, {});
}

void Batch::set_meta(Row row, const Value& meta) {
  if (meta.is_nothing() && row >= metas_.size()) return;
  set_in(metas_, row, meta, Value());
}

void Batch::set_group(Row row, Group group) { set_in(groups_, row, group, {}); }

void Batch::add_watermark(Row first_row, Time watermark) {
  if (watermarks_.empty() || watermarks_.back().watermark != watermark) watermarks_.push_back({first_row, watermark});
}

Batch::Row Batch::append_copy(const Batch& from, Row row) {
  const Row mine = append(deep_copy(from.value(row), arena()));
  set_key(mine, deep_copy(from.key(row), arena()));
  set_time(mine, from.time(row));
  if (row < from.raws_.size()) set_raw(mine, arena().copy(from.raws_[row]));
  if (row < from.places_.size()) set_place(mine, from.places_[row]);
  set_meta(mine, deep_copy(from.meta(row), arena()));
  if (row < from.groups_.size()) set_group(mine, {arena().copy(from.groups_[row].bytes), from.groups_[row].hash});
  return mine;
}

Batch Batch::derive(std::span<const Row> origins, std::span<const Value> values) const {
  assert(origins.size() == values.size() && values.size() <= most_rows);
  Batch derived;
  derived.keep_memory_of(*this);
  derived.partition_ = partition_;
  derived.values_.assign(values.begin(), values.end());
  derived.keys_ = gathered(keys_, origins, Value::null());
  derived.times_ = gathered(times_, origins, no_time);
  derived.places_ = gathered(places_, origins, Place{});
  derived.metas_ = gathered(metas_, origins, Value());
  for (const auto& [first_row, watermark] : watermarks_) {
    const auto first = std::lower_bound(origins.begin(), origins.end(), first_row);
    if (first == origins.end()) break;
    const auto row = static_cast<std::uint32_t>(first - origins.begin());
    auto& runs = derived.watermarks_;
    if (!runs.empty() && runs.back().first_row == row) runs.pop_back();
    runs.push_back({row, watermark});
  }
  return derived;
}

}  // namespace flowrun
