#pragma once

#include <cassert>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "record/arena.hpp"
#include "record/value.hpp"

namespace flowrun {

/// What all records of one source partition share. Immutable, shared by the batches that come from it.
struct PartitionName {
  std::string resource;  // the path of a file, the topic of Kafka; "stdin"; what `$meta` shows
  std::int32_t number = 0;
  std::shared_ptr<const PartitionName> whole =
      nullptr;  // of a file that one partition reads in order with others: that partition

  /// The partition, as the source was asked to open it.
  const PartitionName& partition() const { return whole != nullptr ? *whole : *this; }
};

/// Where in its partition a record (or a block of undecoded bytes) begins.
struct Place {
  std::uint64_t offset = 0;  // bytes, or Kafka's offset
  std::uint64_t line = 0;    // from 1; 0 where there are no lines
};

/// The canonical encoding of the group that a record belongs to, and its hash.
struct Group {
  std::string_view bytes;
  std::uint64_t hash = 0;
};

/// From `first_row` on, records are judged against `watermark`.
struct WatermarkRun {
  std::uint32_t first_row;
  Time watermark;
};

/// Up to `most_rows` records that travel together, with the memory that they point into.
///
/// Columns: `value` is always there, the others only where the plan says that someone reads them (then they have a
/// place for every row). What is not needed is selected away, not moved: `rows()` are the rows that count, in order.
/// Values are immutable; new ones are made in `arena()`. The batch keeps alive its own arena and what it was told to
/// `keep`. Owned by one thread at a time; a copy (fan-out) shares all memory and starts an arena of its own.
class Batch {
 public:
  using Row = std::uint16_t;
  static constexpr std::size_t most_rows = 1024;
  static constexpr std::size_t most_bytes = 256 * 1024;

  Batch() = default;
  Batch(Batch&&) noexcept = default;
  Batch& operator=(Batch&&) noexcept = default;
  /// A second batch over the same records, for another reader.
  Batch share() const;

  Arena& arena() {
    if (arena_ == nullptr) [[unlikely]]
      make_arena();
    return *arena_;
  }
  /// Keeps `memory` alive as long as this batch.
  void keep(std::shared_ptr<const void> memory);
  /// Keeps alive all that `other` keeps alive: for rows whose values point into it.
  void keep_memory_of(const Batch& other);

  /// The rows that count, in order. Valid until the selection or the number of rows changes.
  std::span<const Row> rows() const;
  bool empty() const { return rows().empty(); }
  std::size_t size() const { return rows().size(); }
  /// Rows in the columns, whether they count or not.
  std::size_t stored() const { return values_.size(); }
  /// No room for another row, by number or by bytes.
  bool full() const { return values_.size() >= most_rows || bytes() >= most_bytes; }
  /// Of the arena and of what is known to be kept; what channels and budgets count.
  std::size_t bytes() const { return arena_ != nullptr ? arena_->bytes() + kept_bytes_ : kept_bytes_; }
  void add_kept_bytes(std::size_t bytes) { kept_bytes_ += bytes; }

  /// Only `rows` count from now on: a subset of rows(), in order.
  void select(std::span<const Row> rows);
  /// The first `count` of rows() do not count any more: they have been consumed.
  void drop_front(std::size_t count);

  /// Makes room for `rows` rows in all, as far as a batch holds them.
  void reserve(std::size_t rows) { values_.reserve(rows < most_rows ? rows : most_rows); }
  Row append(const Value& value) {
    assert(values_.size() < most_rows);
    const auto row = static_cast<Row>(values_.size());
    values_.push_back(value);
    if (selected_) selection_.push_back(row);
    return row;
  }
  const Value& value(Row row) const { return values_[row]; }
  void set_value(Row row, const Value& value) { values_[row] = value; }

  /// `$key`: text, or null for none.
  bool has_keys() const { return !keys_.empty(); }
  Value key(Row row) const { return row < keys_.size() ? keys_[row] : Value::null(); }
  void set_key(Row row, const Value& key);

  Time time(Row row) const { return row < times_.size() ? times_[row] : no_time; }
  void set_time(Row row, Time time);

  /// The bytes of the record as it was read, without newline; no data() where they are not carried.
  std::string_view raw(Row row) const { return row < raws_.size() ? raws_[row] : std::string_view(); }
  void set_raw(Row row, std::string_view raw) {
    if (row == raws_.size() && row < raws_.capacity()) [[likely]]
      raws_.push_back(raw);
    else
      set_later_raw(row, raw);
  }
  void drop_raws() { raws_.clear(); }

  Place place(Row row) const { return row < places_.size() ? places_[row] : Place{}; }
  void set_place(Row row, Place place) {
    if (row == places_.size() && row < places_.capacity()) [[likely]]
      places_.push_back(place);
    else
      set_later_place(row, place);
  }

  /// `$meta`, where it is not made from partition and place (a test's, Kafka's headers); nothing for none.
  Value meta(Row row) const { return row < metas_.size() ? metas_[row] : Value(); }
  void set_meta(Row row, const Value& meta);

  /// Set by the step before an exchange.
  const Group& group(Row row) const { return groups_[row]; }
  bool has_groups() const { return !groups_.empty(); }
  void set_group(Row row, Group group);
  /// The whole column: a group for each stored row.
  void set_groups(std::vector<Group> groups) { groups_ = std::move(groups); }

  /// The partition that all records come from; null once records of several have met.
  const std::shared_ptr<const PartitionName>& partition() const { return partition_; }
  void set_partition(std::shared_ptr<const PartitionName> partition) { partition_ = std::move(partition); }

  /// In order of `first_row`; empty: all against the watermark that the receiver has.
  const std::vector<WatermarkRun>& watermarks() const { return watermarks_; }
  void add_watermark(Row first_row, Time watermark);
  void set_watermarks(std::vector<WatermarkRun> runs) { watermarks_ = std::move(runs); }

  /// Appends a deep copy of a record of another batch, with all its columns but watermark and partition.
  Row append_copy(const Batch& from, Row row);
  /// A batch of `values`, each made of the row of this one that stands in `origins` (in order): it has the key, time,
  /// place, meta and watermark of that row. Keeps alive what this one does, without counting it.
  Batch derive(std::span<const Row> origins, std::span<const Value> values) const;

 private:
  void make_arena();
  void set_later_raw(Row row, std::string_view raw);
  void set_later_place(Row row, Place place);

  std::shared_ptr<Arena> arena_;
  std::vector<std::shared_ptr<const void>> kept_;
  std::size_t kept_bytes_ = 0;
  std::vector<Value> values_;
  std::vector<Value> keys_;
  std::vector<Time> times_;
  std::vector<std::string_view> raws_;
  std::vector<Place> places_;
  std::vector<Value> metas_;
  std::vector<Group> groups_;
  std::vector<WatermarkRun> watermarks_;
  std::vector<Row> selection_;  // with `selected_`: the rows that count
  bool selected_ = false;
  std::size_t front_ = 0;  // of the selection, or of all rows
  std::shared_ptr<const PartitionName> partition_;
};

}  // namespace flowrun
