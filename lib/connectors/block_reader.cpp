#include "connectors/block_reader.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace flowrun {
namespace {

// The beginning of a record that is too long, as error records show it.
constexpr std::size_t shown_bytes = 64 * 1024;
// What is unread when its buffer is let go, for a partition that waits should not hold one.
constexpr std::size_t most_set_aside = 4 * 1024;
// "\r\n" does not count as part of a record.
constexpr std::size_t line_end_bytes = 2;

}  // namespace

BlockReader::BlockReader(Setup setup) : setup_(std::move(setup)), place_(setup_.start) {}

Partition::Read BlockReader::read(Batch& batch, std::size_t most_records) {
  for (;;) {
    if (skipping_) {
      skip_unread();
      if (skipping_ && !at_end_) return fill() ? Partition::Read::more : Partition::Read::caught_up;
    }
    if (give_block(batch, most_records)) return Partition::Read::more;
    if (unread().size() > setup_.max_record && give_too_long(batch)) return Partition::Read::more;
    if (at_end_) return give_nothing(batch) ? Partition::Read::more : Partition::Read::end;
    if (!fill()) return Partition::Read::caught_up;
  }
}

// False: there is nothing right now.
bool BlockReader::fill() {
  make_room();
  const auto [count, at_end] = setup_.input->read({buffer_->data + end_, buffer_->capacity - end_});
  end_ += count;
  at_end_ = at_end;
  if (count == 0) set_remainder_aside();
  return count > 0 || at_end;
}

void BlockReader::make_room() {
  if (buffer_ == nullptr || shared_)
    move_to(setup_.pool->take(unread().size() + BufferPool::buffer_bytes / 2));
  else if (end_ == buffer_->capacity)
    move_to(setup_.pool->take(larger_than(end_)));
}

// By doubling, but no larger than shows that a record is too long.
std::size_t BlockReader::larger_than(std::size_t bytes) const {
  const std::size_t most = std::max(bytes, setup_.max_record + line_end_bytes) + 1;
  return 2 * bytes + BufferPool::buffer_bytes < most ? 2 * bytes : most;
}

// What is unread comes to stand at the front of `buffer`.
void BlockReader::move_to(std::shared_ptr<Buffer> buffer) {
  const std::string_view rest = unread();
  std::memcpy(buffer->data, rest.data(), rest.size());
  begin_ = 0;
  end_ = rest.size();
  buffer_ = std::move(buffer);
  shared_ = false;
  remainder_.clear();
}

bool BlockReader::give_block(Batch& batch, std::size_t most_records) {
  if (unread().empty() || !may_have_record()) return false;
  Framer::Cut cut = cut_at_record_ends(unread(), most_records);
  if (cut.bytes > setup_.max_record) cut = cut_before_too_long(cut);
  if (cut.bytes == 0) return false;
  give(batch, cut);
  if (cut.records < most_records) set_remainder_aside();
  return true;
}

// Where nothing at all is a record: that record, once. The line behind it tells that it has been given.
bool BlockReader::give_nothing(Batch& batch) {
  const bool has_begun = place_.offset != 0 || place_.line != 1;
  if (has_begun || setup_.framer->cut({}, 1, true).records == 0) return false;
  give(batch, {.bytes = 0, .records = 1, .lines = 1});
  return true;
}

void BlockReader::give(Batch& batch, const Framer::Cut& cut) {
  if (buffer_ == nullptr) move_to(setup_.pool->take(unread().size()));
  const Batch::Row row = batch.append(Value::integer(static_cast<std::int64_t>(cut.records)));
  batch.set_raw(row, unread().substr(0, cut.bytes));
  describe(batch, row);
  batch.keep(buffer_);
  batch.add_kept_bytes(buffer_->capacity);
  shared_ = true;
  consume(cut.bytes, cut.lines);
}

// At the end everything is a record, whatever the framer thinks of it.
Framer::Cut BlockReader::cut_at_record_ends(std::string_view bytes, std::size_t most_records) const {
  const Framer::Cut cut = setup_.framer->cut(bytes, most_records, at_end_);
  return cut.bytes == 0 && at_end_ ? Framer::Cut{bytes.size(), 1, 0} : cut;
}

// To search a long line from its beginning again with every read would be quadratic.
bool BlockReader::may_have_record() {
  if (at_end_ || !setup_.framer->by_newline()) return true;
  const bool has_newline = unread().find('\n', searched_) != std::string_view::npos;
  if (!has_newline) searched_ = unread().size();
  return has_newline;
}

// Of a cut that may hold a record that is too long, what stands before that.
Framer::Cut BlockReader::cut_before_too_long(const Framer::Cut& cut) const {
  Framer::Cut accepted;
  while (accepted.bytes < cut.bytes) {
    const Framer::Cut one = cut_at_record_ends(unread().substr(accepted.bytes), 1);
    if (one.bytes == 0 || is_too_long(unread().substr(accepted.bytes, one.bytes))) break;
    accepted.bytes += one.bytes;
    accepted.records += one.records;
    accepted.lines += one.lines;
  }
  return accepted;
}

// Line ends do not count.
bool BlockReader::is_too_long(std::string_view record) const {
  if (record.ends_with('\n')) record.remove_suffix(record.ends_with("\r\n") ? 2 : 1);
  return record.size() > setup_.max_record;
}

// Instead of the record that comes next, whose end is known or not.
bool BlockReader::give_too_long(Batch& batch) {
  const Framer::Cut cut = may_have_record() ? cut_at_record_ends(unread(), 1) : Framer::Cut();
  const std::string_view record = cut.bytes > 0 ? unread().substr(0, cut.bytes) : unread();
  // As long as its end is not known, the last two bytes may turn out to be a line end.
  const bool too_long = cut.bytes > 0 ? is_too_long(record) : record.size() > setup_.max_record + line_end_bytes;
  if (!too_long) return false;
  const std::string message = fmt::format("the record is longer than {} bytes (max_record)", setup_.max_record);
  const Batch::Row row = batch.append(Value::text(message, batch.arena()));
  batch.set_raw(row, batch.arena().copy(record.substr(0, shown_bytes)));
  describe(batch, row);
  if (cut.bytes > 0) {
    consume(record.size(), cut.lines);
  } else {
    passing_ = 0;
    skip_unread();
  }
  return true;
}

void BlockReader::describe(Batch& batch, Batch::Row row) const {
  batch.set_place(row, place_);
  batch.set_partition(setup_.name);
}

void BlockReader::skip_unread() {
  const auto [bytes, has_ended] = setup_.framer->pass(unread(), passing_);
  const std::string_view passed = unread().substr(0, bytes);
  skipping_ = !has_ended;
  consume(bytes, static_cast<std::size_t>(std::count(passed.begin(), passed.end(), '\n')));
  set_remainder_aside();
}

void BlockReader::set_remainder_aside() {
  if (buffer_ == nullptr || unread().size() > most_set_aside) return;
  remainder_.assign(unread());
  buffer_.reset();
}

void BlockReader::consume(std::size_t bytes, std::size_t lines) {
  if (buffer_ != nullptr)
    begin_ += bytes;
  else
    remainder_.erase(0, bytes);
  searched_ = 0;
  place_.offset += bytes;
  if (place_.line != 0) place_.line += lines;
}

std::string_view BlockReader::unread() const {
  return buffer_ == nullptr ? std::string_view(remainder_) : std::string_view(buffer_->data + begin_, end_ - begin_);
}

}  // namespace flowrun
