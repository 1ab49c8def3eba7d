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
    if (unread().size() > setup_.max_record + line_end_bytes) {
      give_too_long(batch);
      return Partition::Read::more;
    }
    if (at_end_) return Partition::Read::end;
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
  const std::size_t most = setup_.max_record + line_end_bytes + 1;  // enough to see that a record is too long
  if (buffer_ == nullptr || shared_)
    move_to(setup_.pool->take(unread().size() + BufferPool::buffer_bytes / 2));
  else if (end_ == buffer_->capacity)
    move_to(setup_.pool->take(std::min(2 * end_, std::max(end_ - begin_, most) + 1)));
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
  const std::string_view bytes = unread();
  if (bytes.empty()) return false;
  if (setup_.framer->by_newline() && !at_end_) {
    const bool has_newline = bytes.find('\n', searched_) != std::string_view::npos;
    searched_ = has_newline ? searched_ : bytes.size();
    if (!has_newline) return false;  // to search a long line again with every read would be quadratic
  }
  Framer::Cut cut = setup_.framer->cut(bytes, most_records, at_end_);
  if (cut.bytes == 0 && !at_end_) return false;
  if (cut.bytes == 0) cut = {bytes.size(), 1, 0};
  if (buffer_ == nullptr) move_to(setup_.pool->take(bytes.size()));
  const Batch::Row row = batch.append(Value::integer(static_cast<std::int64_t>(cut.records)));
  batch.set_raw(row, unread().substr(0, cut.bytes));
  describe(batch, row);
  batch.keep(buffer_);
  batch.add_kept_bytes(buffer_->capacity);
  shared_ = true;
  consume(cut.bytes, cut.lines);
  if (cut.records < most_records) set_remainder_aside();
  return true;
}

void BlockReader::give_too_long(Batch& batch) {
  const std::string message = fmt::format("the record is longer than {} bytes (max_record){}", setup_.max_record,
                                          setup_.framer->by_newline() ? "" : "; the rest of the input is skipped");
  const Batch::Row row = batch.append(Value::text(message, batch.arena()));
  batch.set_raw(row, batch.arena().copy(unread().substr(0, shown_bytes)));
  describe(batch, row);
  skipping_ = true;
  skip_unread();
}

void BlockReader::describe(Batch& batch, Batch::Row row) const {
  batch.set_place(row, place_);
  batch.set_partition(setup_.name);
}

void BlockReader::skip_unread() {
  const std::size_t newline = setup_.framer->by_newline() ? unread().find('\n') : std::string_view::npos;
  skipping_ = newline == std::string_view::npos;
  if (skipping_)
    consume(unread().size(), 0);
  else
    consume(newline + 1, 1);
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
